/** How a device writes its values on a line. */
export interface LineFormat {
  readonly delimiter: string;
  /** Groups are the fields; without it, what stands between the delimiters. */
  readonly regex?: string;
  /** `nmea`: `$fields*XX`, XX being the XOR of the characters between (NMEA 0183). */
  readonly checksum?: 'nmea';
}

/** A line longer than this is noise, not a line. */
const mostLineBytes = 4096;

/** Collects text to whole lines. */
export class LineSplitter {
  /** Undefined: not at the start of a line yet. */
  #rest: string | undefined;

  /** @param startsInLine true when the first bytes may be the rest of a line that began before us, and nothing would tell. */
  constructor(startsInLine: boolean) {
    this.#rest = startsInLine ? undefined : '';
  }

  /** The lines that `text` completes, without their CR and LF. */
  take(text: string): string[] {
    const parts = ((this.#rest ?? '') + text).split(/\r?\n|\r(?!$)/);
    if (this.#rest === undefined && parts.shift() !== undefined && parts.length === 0) return [];
    const rest = parts.pop() ?? '';
    this.#rest = rest.length > mostLineBytes ? undefined : rest;
    return parts.filter((line) => line !== '');
  }
}

const nmeaBody = (line: string): string | undefined => {
  const match = /^\$(.*)\*([0-9A-Fa-f]{2})$/.exec(line);
  if (!match) return undefined;
  const [, body = '', sum = ''] = match;
  let xor = 0;
  for (const character of body) xor ^= character.charCodeAt(0);
  return xor === Number.parseInt(sum, 16) ? body : undefined;
};

/** The fields of a line, or undefined where it does not have the format or its checksum does not hold. */
export const fieldsOf = (line: string, format: LineFormat): readonly string[] | undefined => {
  const body = format.checksum === 'nmea' ? nmeaBody(line) : line;
  if (body === undefined) return undefined;
  if (format.regex === undefined) return body.split(format.delimiter);
  return new RegExp(format.regex).exec(body)?.map((group) => group ?? '') ?? undefined;
};

/** A field as a number; NaN where none stands. */
export const numberOf = (field: string | undefined): number =>
  field === undefined || field.trim() === '' ? Number.NaN : Number(field);
