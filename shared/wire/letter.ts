import { createHash } from 'node:crypto';
import { type Id, idOf, idPrefixes } from '../model/base.ts';
import { isValid } from '../model/validate.ts';
import { ByteReader, ByteWriter, refuse } from './bytes.ts';
import { mostTablePoints } from './samples-body.ts';

type PointId = Id<'measurementPoint'>;

/** Points by number, named by its content. */
export interface PointTableContent {
  readonly tableId: string;
  readonly pointIds: readonly PointId[];
}

/** First 16 hex digits of the SHA-256 over the ids, joined by line feeds. */
export const tableIdOf = (pointIds: readonly PointId[]): string =>
  createHash('sha256').update(pointIds.join('\n')).digest('hex').slice(0, 16);

/** One MQTT payload of a gateway: a record as it stands on the disk, and what may differ from send to send. */
export interface Letter {
  /** See record.ts. */
  readonly record: Uint8Array;
  /** Tables that the record or others of the gateway refer to, for a receiver that may not know them yet. */
  readonly tables: readonly PointTableContent[];
  /** To be added to every time in the record, whose samples then are uncertain; null where the times are right. */
  readonly restampMs: number | null;
}

const letterVersion = 2;
const mostTables = 4;
const pointPrefix = `${idPrefixes.measurementPoint}_`;
const pointIdBytes = 26;
const PointIdSchema = idOf('measurementPoint');
const mostRestampMs = 8_640_000_000_000_000;

/** Version, number of tables, each table's points, 1 and the shift or 0, and the record to the end. */
export const encodeLetter = ({ record, tables, restampMs }: Letter): Uint8Array<ArrayBuffer> => {
  const writer = new ByteWriter(16);
  writer.byte(letterVersion);
  writer.byte(tables.length);
  for (const { pointIds } of tables) {
    writer.count(pointIds.length);
    writer.bytes(Buffer.from(pointIds.map((id) => id.slice(pointPrefix.length)).join(''), 'latin1'));
  }
  writer.byte(restampMs === null ? 0 : 1);
  if (restampMs !== null) writer.integer(restampMs);
  const head = writer.done();
  const letter = new Uint8Array(head.length + record.length);
  letter.set(head);
  letter.set(record, head.length);
  return letter;
};

const readTable = (reader: ByteReader, path: string): PointTableContent => {
  const count = reader.count(path, mostTablePoints);
  if (count < 1) refuse(path, 'must hold a point');
  const letters = Buffer.from(reader.bytes(count * pointIdBytes, path)).toString('latin1');
  const pointIds = Array.from({ length: count }, (_, i): PointId => {
    const id = pointPrefix + letters.slice(i * pointIdBytes, (i + 1) * pointIdBytes);
    return isValid(PointIdSchema, id) ? id : refuse(`${path}/${i}`, 'must be the id of a point');
  });
  return { tableId: tableIdOf(pointIds), pointIds };
};

/** @throws INPUT_INVALID for what `encodeLetter` would not have made; the record in it is not looked at. */
export const decodeLetter = (bytes: Uint8Array): Letter => {
  const reader = new ByteReader(bytes);
  const version = reader.byte('/version');
  if (version !== letterVersion) refuse('/version', `must be ${letterVersion}, not ${version}`);
  const count = reader.byte('/tables');
  if (count > mostTables) refuse('/tables', `must be at most ${mostTables}`);
  const tables = Array.from({ length: count }, (_, i) => readTable(reader, `/tables/${i}`));
  const flag = reader.byte('/restampMs');
  if (flag > 1) refuse('/restampMs', 'must be announced by 0 or 1');
  const restampMs = flag === 1 ? reader.integer('/restampMs') : null;
  if (restampMs !== null && Math.abs(restampMs) > mostRestampMs) refuse('/restampMs', 'must lead to an instant');
  return { tables, restampMs, record: reader.bytes(reader.left, '/record') };
};
