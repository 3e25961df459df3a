import { type ByteReader, type ByteWriter, refuse } from './bytes.ts';

/**
 * Integers of which many stand for long runs: an entry that equals the one before it is followed by the number of
 * further repeats. One byte each where nothing repeats, three for a run of any length.
 */
export const writeRuns = (writer: ByteWriter, count: number, at: (i: number) => number): void => {
  let before = Number.NaN;
  for (let i = 0; i < count; i++) {
    const value = at(i);
    writer.integer(value);
    if (value !== before) {
      before = value;
      continue;
    }
    let repeats = 0;
    while (i + 1 < count && at(i + 1) === value) {
      repeats++;
      i++;
    }
    writer.count(repeats);
    before = Number.NaN;
  }
};

/** Gives each of `count` entries in order to `take`. */
export const readRuns = (
  reader: ByteReader,
  count: number,
  path: string,
  take: (value: number, i: number) => void,
): void => {
  let before = Number.NaN;
  for (let i = 0; i < count; i++) {
    const value = reader.integer(path);
    take(value, i);
    if (value !== before) {
      before = value;
      continue;
    }
    const last = i + reader.count(path, count - 1 - i);
    while (i < last) take(value, ++i);
    before = Number.NaN;
  }
};

/*
 * How one value stands in its column. 0: float64. 1: float32. 2 + e: an integer, divided by 10^e. 16 + e: an integer,
 * times the float64 nearest to 10^-e, as a register with a scale gives it. That measured values are decimals, and that
 * an exact test per value finds it, is from ALP (Afroozeh, Kuffo and Boncz: ALP: Adaptive Lossless floating-Point
 * Compression, SIGMOD 2023); the exponent is kept for each value, as neighbours are different sensors here.
 */
const float64Form = 0;
const float32Form = 1;
const quotientForm = 2;
const productForm = 16;
const mostDecimals = 10;

const powers = Array.from({ length: mostDecimals + 1 }, (_, e) => Number(`1e${e}`));
const inversePowers = Array.from({ length: mostDecimals + 1 }, (_, e) => Number(`1e-${e}`));

/** Integers up to here take three bytes, less than a float32. */
const mostShort = 2 ** 20 - 1;
/** Up to here seven, less than a float64. */
const mostLong = 2 ** 48 - 1;

const decimalForm = (value: number, most: number): { form: number; integer: number } | undefined => {
  for (let e = 0; e <= mostDecimals; e++) {
    const integer = Math.round(value * (powers[e] as number));
    if (Math.abs(integer) > most) return undefined;
    // Minus zero is no integer of ours.
    if (Object.is(integer, -0)) continue;
    if (integer / (powers[e] as number) === value) return { form: quotientForm + e, integer };
    if (integer * (inversePowers[e] as number) === value) return { form: productForm + e, integer };
  }
  return undefined;
};

/** The cheapest form that gives the value back to the last bit. */
const formOf = (value: number): { form: number; integer: number } => {
  const short = decimalForm(value, mostShort);
  if (short) return short;
  if (Object.is(Math.fround(value), value)) return { form: float32Form, integer: 0 };
  return decimalForm(value, mostLong) ?? { form: float64Form, integer: 0 };
};

/** Values as a column of forms and one of what they form. */
export const writeValues = (writer: ByteWriter, values: Float64Array): void => {
  const forms = Array.from(values, formOf);
  writeRuns(writer, values.length, (i) => forms[i]?.form ?? 0);
  for (const [i, { form, integer }] of forms.entries())
    if (form === float64Form) writer.float64(values[i] as number);
    else if (form === float32Form) writer.float32(values[i] as number);
    else writer.integer(integer);
};

export const readValues = (reader: ByteReader, count: number, path: string): Float64Array => {
  const forms = new Uint8Array(count);
  readRuns(reader, count, `${path}/form`, (form, i) => {
    const e = form < productForm ? form - quotientForm : form - productForm;
    if (form < 0 || e > mostDecimals) refuse(`${path}/form/${i}`, 'must be a known form');
    forms[i] = form;
  });
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const form = forms[i] as number;
    if (form === float64Form) values[i] = reader.float64(path);
    else if (form === float32Form) values[i] = reader.float32(path);
    else if (form < productForm) values[i] = reader.integer(path) / (powers[form - quotientForm] as number);
    else values[i] = reader.integer(path) * (inversePowers[form - productForm] as number);
  }
  return values;
};
