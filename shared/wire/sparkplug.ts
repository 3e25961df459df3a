/**
 * Payload of Sparkplug B messages. Source: Eclipse Sparkplug 3.0.0, section 6.4 (field numbers, data types, quality codes).
 * Data sets, templates, files, arrays and metadata are passed over: Kuluma takes numbers.
 */
import { ProtobufReader, ProtobufWriter, wireTypes } from './protobuf.ts';

/** Numbers of the data types of which a number can be made. */
export const sparkplugTypes = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  DateTime: 13,
} as const;

/** Quality codes; a metric without one is good. */
export const sparkplugQualities = { bad: 0, good: 192, stale: 500 } as const;

/** Names of metrics that the specification gives a meaning. */
export const bdSeqMetric = 'bdSeq';
export const rebirthMetric = 'Node Control/Rebirth';

/** A value as it travels: which of the fields holds it, and the bits. What they mean is said by the data type. */
export type SparkplugValue =
  | { readonly kind: 'int' | 'float' | 'double'; readonly value: number }
  | { readonly kind: 'long'; readonly value: bigint }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Text, bytes, a data set, a template or an extension. */
  | { readonly kind: 'notNumeric' };

export interface SparkplugMetric {
  readonly name?: string;
  /** A bigint only above 2^53: two aliases never become one. */
  readonly alias?: number | bigint;
  readonly timestampMs?: number;
  readonly datatype?: number;
  /** Sent late: not the present value. */
  readonly isHistorical?: boolean;
  /** Not to be stored. */
  readonly isTransient?: boolean;
  readonly isNull?: boolean;
  /** The property `Quality`. */
  readonly quality?: number;
  /** The property `engUnit`. */
  readonly unit?: string;
  readonly value?: SparkplugValue;
}

export interface SparkplugPayload {
  readonly timestampMs?: number;
  readonly seq?: number;
  readonly metrics: readonly SparkplugMetric[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const payloadFields = { timestamp: 1, metric: 2, seq: 3 } as const;
const metricFields = {
  name: 1,
  alias: 2,
  timestamp: 3,
  datatype: 4,
  historical: 5,
  transient: 6,
  null: 7,
  properties: 9,
};
const valueFields = {
  int: 10,
  long: 11,
  float: 12,
  double: 13,
  boolean: 14,
  firstOther: 15,
  lastOther: 19,
};
const propertySetFields = { key: 1, value: 2 } as const;
const propertyFields = { type: 1, int: 3, string: 8 } as const;
const stringType = 12;

/** @throws INPUT_INVALID */
export const decodeSparkplug = (bytes: Uint8Array): SparkplugPayload => {
  const payload: Mutable<SparkplugPayload> & { metrics: SparkplugMetric[] } = { metrics: [] };
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.is(payloadFields.metric, wireTypes.bytes)) payload.metrics.push(decodeMetric(reader.bytes));
    else if (reader.is(payloadFields.timestamp, wireTypes.varint)) payload.timestampMs = reader.uint64;
    else if (reader.is(payloadFields.seq, wireTypes.varint)) payload.seq = reader.uint64;
  }
  return payload;
};

const decodeMetric = (bytes: Uint8Array): SparkplugMetric => {
  const metric: Mutable<SparkplugMetric> = {};
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    const value = valueField(reader);
    if (value) metric.value = value;
    else if (reader.is(metricFields.name, wireTypes.bytes)) metric.name = reader.string;
    else if (reader.is(metricFields.properties, wireTypes.bytes)) Object.assign(metric, decodeProperties(reader.bytes));
    else if (reader.wireType === wireTypes.varint) decodeAttribute(reader, metric);
  }
  return metric;
};

const decodeAttribute = (reader: ProtobufReader, metric: Mutable<SparkplugMetric>): void => {
  if (reader.field === metricFields.alias)
    metric.alias = Number.isSafeInteger(reader.uint64) ? reader.uint64 : reader.bigUint64;
  else if (reader.field === metricFields.timestamp) metric.timestampMs = reader.uint64;
  else if (reader.field === metricFields.datatype) metric.datatype = reader.uint32;
  else if (reader.field === metricFields.historical) metric.isHistorical = reader.boolean;
  else if (reader.field === metricFields.transient) metric.isTransient = reader.boolean;
  else if (reader.field === metricFields.null) metric.isNull = reader.boolean;
};

/** The value in the field that the reader stands at, or undefined when it is another field. */
const valueField = (reader: ProtobufReader): SparkplugValue | undefined => {
  const { field, wireType } = reader;
  if (field < valueFields.int || field > valueFields.lastOther) return undefined;
  if (reader.is(valueFields.int, wireTypes.varint)) return { kind: 'int', value: reader.uint32 };
  if (reader.is(valueFields.long, wireTypes.varint)) return { kind: 'long', value: reader.bigUint64 };
  if (reader.is(valueFields.float, wireTypes.fixed32)) return { kind: 'float', value: reader.float };
  if (reader.is(valueFields.double, wireTypes.fixed64)) return { kind: 'double', value: reader.double };
  if (reader.is(valueFields.boolean, wireTypes.varint)) return { kind: 'boolean', value: reader.boolean };
  return field >= valueFields.firstOther && wireType === wireTypes.bytes ? { kind: 'notNumeric' } : undefined;
};

/** `Quality` and `engUnit`; keys and values are two lists, of which entry i belongs to entry i. */
const decodeProperties = (bytes: Uint8Array): Pick<SparkplugMetric, 'quality' | 'unit'> => {
  const keys: string[] = [];
  const values: (number | string | undefined)[] = [];
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.is(propertySetFields.key, wireTypes.bytes)) keys.push(reader.string);
    else if (reader.is(propertySetFields.value, wireTypes.bytes)) values.push(decodeProperty(reader.bytes));
  }
  const quality = values[keys.indexOf('Quality')];
  const unit = values[keys.indexOf('engUnit')];
  return { ...(typeof quality === 'number' && { quality }), ...(typeof unit === 'string' && { unit }) };
};

const decodeProperty = (bytes: Uint8Array): number | string | undefined => {
  let value: number | string | undefined;
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.is(propertyFields.int, wireTypes.varint)) value = reader.uint32;
    else if (reader.is(propertyFields.string, wireTypes.bytes)) value = reader.string;
  }
  return value;
};

export const encodeSparkplug = ({ timestampMs, metrics, seq }: SparkplugPayload): Uint8Array => {
  const writer = new ProtobufWriter();
  if (timestampMs !== undefined) writer.varint(payloadFields.timestamp, timestampMs);
  for (const metric of metrics) writer.bytes(payloadFields.metric, encodeMetric(metric));
  if (seq !== undefined) writer.varint(payloadFields.seq, seq);
  return writer.done();
};

const encodeMetric = (metric: SparkplugMetric): Uint8Array => {
  const writer = new ProtobufWriter();
  const { name, alias, timestampMs, datatype, isHistorical, isTransient, isNull, value } = metric;
  if (name !== undefined) writer.string(metricFields.name, name);
  if (alias !== undefined) writer.varint(metricFields.alias, alias);
  if (timestampMs !== undefined) writer.varint(metricFields.timestamp, timestampMs);
  if (datatype !== undefined) writer.varint(metricFields.datatype, datatype);
  if (isHistorical !== undefined) writer.boolean(metricFields.historical, isHistorical);
  if (isTransient !== undefined) writer.boolean(metricFields.transient, isTransient);
  if (isNull !== undefined) writer.boolean(metricFields.null, isNull);
  if (metric.quality !== undefined || metric.unit !== undefined)
    writer.bytes(metricFields.properties, encodeProperties(metric));
  if (value) encodeValue(writer, value);
  return writer.done();
};

const encodeProperties = ({ quality, unit }: SparkplugMetric): Uint8Array => {
  const writer = new ProtobufWriter();
  const { type, int, string } = propertyFields;
  const add = (key: string, value: ProtobufWriter) =>
    writer.string(propertySetFields.key, key).bytes(propertySetFields.value, value.done());
  if (quality !== undefined)
    add('Quality', new ProtobufWriter().varint(type, sparkplugTypes.Int32).varint(int, quality));
  if (unit !== undefined) add('engUnit', new ProtobufWriter().varint(type, stringType).string(string, unit));
  return writer.done();
};

const encodeValue = (writer: ProtobufWriter, value: SparkplugValue): void => {
  if (value.kind === 'int') writer.varint(valueFields.int, value.value);
  else if (value.kind === 'long') writer.varint(valueFields.long, value.value);
  else if (value.kind === 'float') writer.float(valueFields.float, value.value);
  else if (value.kind === 'double') writer.double(valueFields.double, value.value);
  else if (value.kind === 'boolean') writer.boolean(valueFields.boolean, value.value);
};

const integerTypes = new Map<number, { readonly bits: number; readonly isSigned: boolean }>([
  [sparkplugTypes.Int8, { bits: 8, isSigned: true }],
  [sparkplugTypes.Int16, { bits: 16, isSigned: true }],
  [sparkplugTypes.Int32, { bits: 32, isSigned: true }],
  [sparkplugTypes.Int64, { bits: 64, isSigned: true }],
  [sparkplugTypes.UInt8, { bits: 8, isSigned: false }],
  [sparkplugTypes.UInt16, { bits: 16, isSigned: false }],
  [sparkplugTypes.UInt32, { bits: 32, isSigned: false }],
  [sparkplugTypes.UInt64, { bits: 64, isSigned: false }],
  [sparkplugTypes.DateTime, { bits: 64, isSigned: false }],
]);

/**
 * The integer of a type. A negative one is written sign-extended to the field by some makers and cut to its own width by
 * others; both are read. Bits that are neither mean another value than the type says: undefined.
 */
const integerOf = (value: bigint, carrierBits: 32 | 64, datatype: number | undefined): number | undefined => {
  const type = integerTypes.get(datatype ?? 0);
  if (!type) return undefined;
  if (BigInt.asUintN(type.bits, value) === value)
    return Number(type.isSigned ? BigInt.asIntN(type.bits, value) : value);
  const extended = BigInt.asIntN(type.bits, value);
  return type.isSigned && BigInt.asUintN(carrierBits, extended) === value ? Number(extended) : undefined;
};

/**
 * The number that a value of a data type stands for: booleans are 0 and 1, times are epoch ms; may be NaN or infinite.
 * Undefined where the type is no number, or the value stands in a field that does not go with its type. Without a type
 * an integer has no sign, and so is no number either.
 */
export const sparkplugNumber = (value: SparkplugValue, datatype: number | undefined): number | undefined => {
  const { Float, Double, Boolean: Flag } = sparkplugTypes;
  const isOf = (...types: number[]) => datatype === undefined || types.includes(datatype);
  if (value.kind === 'int') return integerOf(BigInt(value.value), 32, datatype);
  if (value.kind === 'long') return integerOf(value.value, 64, datatype);
  if (value.kind === 'boolean') return isOf(Flag) ? Number(value.value) : undefined;
  return value.kind !== 'notNumeric' && isOf(Float, Double) ? value.value : undefined;
};
