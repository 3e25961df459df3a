import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Static, type TSchema, Type } from 'typebox';
import { type Id, idOf, idPrefixes } from '../model/base.ts';
import { AlarmEvent, Gap, Waveform } from '../model/gateway-reports.ts';
import { type SampleClass, sampleClasses } from '../model/topics.ts';
import { faultsOf, isValid } from '../model/validate.ts';
import { ByteReader, ByteWriter, refuse } from './bytes.ts';
import { readSamples, restampedSamples, type TableSamples, writeSamples } from './samples-body.ts';

/** Names a record for ever: equal keys are the same record, however often and by whichever lane it comes. */
export interface RecordKey {
  readonly gatewayId: Id<'gateway'>;
  /** Boot counter of the gateway; rises at each start. */
  readonly epoch: number;
  /** The log that numbered it. */
  readonly class: SampleClass;
  /** From 0 without a gap within a gateway, epoch and class. */
  readonly seq: number;
}

export type RecordBody =
  | { readonly kind: 'samples'; readonly samples: TableSamples }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'alarms'; readonly alarms: readonly AlarmEvent[] }
  | { readonly kind: 'waveform'; readonly waveform: Waveform };

/** What a gateway commits to its disk once and sends until it is acknowledged. */
export type WireRecord = { readonly key: RecordKey } & RecordBody;

export const recordKinds = ['samples', 'gap', 'alarms', 'waveform'] as const;
export type RecordKind = (typeof recordKinds)[number];

export const recordVersion = 2;
/** Of a record's body before it is packed. A letter stays below the 256 KiB that a broker takes. */
export const mostBodyBytes = 192 * 1024;
/** Bodies below are not worth packing. */
const leastPackedBytes = 64;

const Alarms = Type.Array(AlarmEvent, { minItems: 1 });
const WaveformHead = Type.Omit(Waveform, ['values']);
const GatewayId = idOf('gateway');
const gatewayPrefix = `${idPrefixes.gateway}_`;

const text = new TextDecoder('utf-8', { fatal: true });
const utf8 = new TextEncoder();

const checked = <S extends TSchema>(schema: S, value: unknown, path: string): Static<S> => {
  if (isValid(schema, value)) return value;
  const [fault] = faultsOf(schema, value, path);
  return refuse(fault?.path.replace(/\/$/, '') ?? path, fault?.message ?? 'must be valid');
};

const writeJson = (writer: ByteWriter, schema: TSchema, value: unknown, path: string): void => {
  const bytes = utf8.encode(JSON.stringify(checked(schema, value, path)));
  writer.count(bytes.length);
  writer.bytes(bytes);
};

const readJson = <S extends TSchema>(reader: ByteReader, schema: S, path: string) => {
  const bytes = reader.bytes(reader.count(path), path);
  let value: unknown;
  try {
    value = JSON.parse(text.decode(bytes));
  } catch (cause) {
    refuse(path, 'must be JSON', cause);
  }
  return checked(schema, value, path);
};

const writeBody = (writer: ByteWriter, record: RecordBody): void => {
  if (record.kind === 'samples') writeSamples(writer, record.samples);
  else if (record.kind === 'gap') writeJson(writer, Gap, record.gap, '/gap');
  else if (record.kind === 'alarms') writeJson(writer, Alarms, record.alarms, '/alarms');
  else {
    const { values, ...head } = record.waveform;
    if (values.length % 4 > 0) refuse('/waveform/values', 'must be whole float32');
    writeJson(writer, WaveformHead, head, '/waveform');
    writer.bytes(values);
  }
};

const readBody = (kind: RecordKind, reader: ByteReader): RecordBody => {
  if (kind === 'samples') return { kind, samples: readSamples(reader) };
  if (kind === 'gap') return { kind, gap: readJson(reader, Gap, '/gap') };
  if (kind === 'alarms') return { kind, alarms: readJson(reader, Alarms, '/alarms') };
  const head = readJson(reader, WaveformHead, '/waveform');
  if (reader.left % 4 > 0) refuse('/waveform/values', 'must be whole float32');
  return { kind, waveform: { ...head, values: new Uint8Array(reader.bytes(reader.left, '/waveform/values')) } };
};

/**
 * The bytes of a record, lossless: version, kind, class, packing, epoch, seq, gateway; then the body, packed with raw
 * deflate (RFC 1951) where that makes it smaller. docs/wire.md says what each byte is.
 * @throws INPUT_INVALID for a record that `decodeRecord` would not take
 */
export const encodeRecord = (record: WireRecord): Uint8Array<ArrayBuffer> => {
  const { key } = record;
  const body = new ByteWriter();
  writeBody(body, record);
  const plain = body.done();
  if (plain.length > mostBodyBytes) refuse('/', `must be at most ${mostBodyBytes} bytes`);
  const packed = plain.length < leastPackedBytes ? plain : deflateRawSync(plain);
  const isPacked = packed.length < plain.length;
  const writer = new ByteWriter();
  writer.byte(recordVersion);
  writer.byte(recordKinds.indexOf(record.kind));
  writer.byte(sampleClasses.indexOf(key.class));
  writer.byte(isPacked ? 1 : 0);
  writer.count(key.epoch);
  writer.count(key.seq);
  writer.bytes(utf8.encode(key.gatewayId.slice(gatewayPrefix.length)));
  writer.bytes(isPacked ? packed : plain);
  return writer.done();
};

const readHead = (reader: ByteReader) => {
  const version = reader.byte('/version');
  if (version !== recordVersion) refuse('/version', `must be ${recordVersion}, not ${version}`);
  const kind = recordKinds[reader.byte('/kind')] ?? refuse('/kind', 'must be a known kind');
  const recordClass = sampleClasses[reader.byte('/class')] ?? refuse('/class', 'must be a known class');
  const packing = reader.byte('/packing');
  if (packing > 1) refuse('/packing', 'must be 0 or 1');
  const epoch = reader.count('/epoch');
  const seq = reader.count('/seq');
  const gatewayId = gatewayPrefix + Buffer.from(reader.bytes(26, '/gatewayId')).toString('latin1');
  const key: RecordKey = { gatewayId: checked(GatewayId, gatewayId, '/gatewayId'), epoch, class: recordClass, seq };
  return { key, kind, isPacked: packing === 1 };
};

/** Key and kind alone, at the cost of a few bytes read. @throws INPUT_INVALID where not even these can be read */
export const peekRecord = (bytes: Uint8Array): { readonly key: RecordKey; readonly kind: RecordKind } => {
  const { key, kind } = readHead(new ByteReader(bytes));
  return { key, kind };
};

const unpack = (packed: Uint8Array): Uint8Array => {
  try {
    // About as long as it becomes: the buffer of the default size would be sixteen kilobytes for a hundred bytes.
    const chunkSize = Math.max(64, 3 * packed.length);
    const options = { maxOutputLength: mostBodyBytes, chunkSize, info: true };
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === packed.length) return buffer;
  } catch (cause) {
    return refuse('/body', 'must be packed', cause);
  }
  return refuse('/body', 'must end where its packing ends');
};

/**
 * The record in `bytes`. Values may be NaN or infinite: who takes the samples counts and refuses those one by one.
 * @throws INPUT_INVALID, with the place, for what `encodeRecord` would not have made
 */
export const decodeRecord = (bytes: Uint8Array): WireRecord => {
  const reader = new ByteReader(bytes);
  const { key, kind, isPacked } = readHead(reader);
  const rest = reader.bytes(reader.left, '/body');
  if (!isPacked && rest.length > mostBodyBytes) refuse('/body', `must be at most ${mostBodyBytes} bytes`);
  const body = new ByteReader(isPacked ? unpack(rest) : rest);
  const record = readBody(kind, body);
  body.end('/body');
  return { key, ...record };
};

/** The record with `shiftMs` added to every time, its good samples uncertain from then on; see `Letter.restampMs`. */
export const restamped = (record: WireRecord, shiftMs: number): WireRecord => {
  const { key } = record;
  if (record.kind === 'samples') return { ...record, samples: restampedSamples(record.samples, shiftMs) };
  if (record.kind === 'gap') {
    const { fromMs, toMs } = record.gap;
    return { key, kind: 'gap', gap: { ...record.gap, fromMs: fromMs + shiftMs, toMs: toMs + shiftMs } };
  }
  if (record.kind === 'alarms') {
    const alarms = record.alarms.map((a) => ({ ...a, occurredAtMs: a.occurredAtMs + shiftMs }));
    return { key, kind: 'alarms', alarms };
  }
  const { waveform } = record;
  return { key, kind: 'waveform', waveform: { ...waveform, sampledAtMs: waveform.sampledAtMs + shiftMs } };
};
