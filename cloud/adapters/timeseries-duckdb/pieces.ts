import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Layout, Wanted } from './layout.ts';
import type { Times } from './loose-rows.ts';
import type { MemoryRoom } from './memory-room.ts';
import { inTimes, type RollUp, rollUps } from './tables.ts';

/** A stretch of time that one source answers: a roll-up, or else rows. */
export interface Stretch extends Times {
  readonly rollUp: RollUp | undefined;
  /** Loose rows in it at most. */
  readonly rows: number;
}

/** Stretches in order of time that one query answers. */
export type Piece = readonly Stretch[];

/** From its first stretch to its last. */
export const timesOf = (piece: Piece): Times => ({
  fromMs: piece[0]?.fromMs ?? 0,
  toMs: piece.at(-1)?.toMs ?? 0,
});

/** A connection of its own, and the memory that all reads have together. */
export interface Reader {
  readonly connection: DuckDBConnection;
  readonly room: MemoryRoom;
}

/** Measured: a loose row among others takes 82 to 96 bytes until its query ends, a stretch 0.8 MB, any query a few. */
const looseRowBytes = 100;
const stretchBytes = 2 ** 20;
const queryBytes = 4 * 2 ** 20;

const rowsIn = (piece: Piece): number => piece.reduce((sum, { rows }) => sum + rows, 0);
const bytesOf = (piece: Piece): number => queryBytes + piece.length * stretchBytes + rowsIn(piece) * looseRowBytes;

/** One query takes a third of the room at most, so that small reads find some beside a large one. */
const mostBytesOf = ({ room }: Reader): number => room.bytes / 3;
const mostRowsOf = (reader: Reader): number =>
  Math.max(10_000, Math.floor((mostBytesOf(reader) - queryBytes - stretchBytes) / looseRowBytes));

/** A range whose rows are all read. */
export const rowsStretch = (times: Times): Stretch => ({ ...times, rollUp: undefined, rows: 0 });

/**
 * Splits a range into stretches that a roll-up answers and those that only rows do: loose days, and what the edges
 * leave over. Where the buckets do not fit on whole hours all is the latter. Days beside each other are one stretch.
 */
export const stretchesOf = ({ loose }: Layout, { fromMs, toMs }: Times, bucketMs: number): Stretch[] => {
  const rollUp = rollUps.find(({ unitMs }) => bucketMs % unitMs === 0 && fromMs % unitMs === 0);
  if (!rollUp) return [rowsStretch({ fromMs, toMs })];
  const wholeToMs = Math.floor(toMs / rollUp.unitMs) * rollUp.unitMs;
  const stretches: Stretch[] = [];
  let atMs = fromMs;
  const add = (untilMs: number, source: Stretch['rollUp']) => {
    if (untilMs <= atMs) return;
    const last = stretches.at(-1);
    if (last && last.rollUp === source) stretches[stretches.length - 1] = { ...last, toMs: untilMs };
    else stretches.push({ fromMs: atMs, toMs: untilMs, rollUp: source, rows: 0 });
    atMs = untilMs;
  };
  const days = [...loose.days].filter((day) => (day + 1) * dayMs > fromMs && day * dayMs < wholeToMs);
  for (const day of days.sort((a, b) => a - b)) {
    add(day * dayMs, rollUp);
    add(Math.min((day + 1) * dayMs, wholeToMs), undefined);
  }
  add(wholeToMs, rollUp);
  add(toMs, undefined);
  return stretches;
};

/** Cuts a stretch of many loose rows by the hours in which they are, an hour of too many evenly. */
const cutByRows = async (
  { connection }: Reader,
  wanted: Wanted,
  stretch: Stretch,
  mostRows: number,
): Promise<Stretch[]> => {
  const sql = `select (ts // ${hourMs})::double as hour, count(*)::double from samples
    where ${wanted.where} and ${inTimes(stretch.fromMs, stretch.toMs)} group by hour order by hour`;
  const [hours = [], counts = []] = (await connection.runAndReadAll(sql)).getColumns() as number[][];
  const cut: Stretch[] = [];
  let [fromMs, rows] = [stretch.fromMs, 0];
  const endAt = (toMs: number) => {
    if (toMs <= fromMs) return;
    cut.push({ fromMs, toMs, rollUp: undefined, rows });
    [fromMs, rows] = [toMs, 0];
  };
  for (const [i, hour] of hours.entries()) {
    const count = counts[i] as number;
    if (rows + count > mostRows) endAt(Math.max(stretch.fromMs, hour * hourMs));
    const parts = Math.ceil(count / mostRows);
    for (let part = 1; part < parts; part++) {
      rows = count / parts;
      endAt(Math.min(stretch.toMs, Math.floor((hour + part / parts) * hourMs)));
    }
    rows += count / parts;
  }
  endAt(stretch.toMs);
  return cut;
};

/** Puts stretches together into queries that do not hold too much. */
const piecesOf = async (
  reader: Reader,
  { loose }: Layout,
  wanted: Wanted,
  stretches: readonly Stretch[],
): Promise<Piece[]> => {
  const mostRows = mostRowsOf(reader);
  const pieces: Stretch[][] = [];
  for (const stretch of stretches) {
    const rows = stretch.rollUp ? 0 : loose.mostOf(wanted.series, stretch);
    // What could be too much is counted: that takes a tenth of reading it.
    const sized = rows > mostRows ? await cutByRows(reader, wanted, stretch, mostRows) : [{ ...stretch, rows }];
    for (const next of sized) {
      const last = pieces.at(-1);
      if (last && bytesOf([...last, next]) <= mostBytesOf(reader)) last.push(next);
      else pieces.push([next]);
    }
  }
  return pieces;
};

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && /Out of Memory|could not allocate|failed to pin/i.test(error.message);

/** Nothing where it cannot be cut any further. */
const halvesOf = (piece: Piece): Piece[] => {
  const [only] = piece;
  if (!only) return [];
  if (piece.length > 1) {
    const half = Math.ceil(piece.length / 2);
    return [piece.slice(0, half), piece.slice(half)];
  }
  const unitMs = only.rollUp?.unitMs ?? minuteMs;
  const middleMs = only.fromMs + Math.floor((only.toMs - only.fromMs) / 2 / unitMs) * unitMs;
  if (middleMs <= only.fromMs) return [];
  const rows = only.rows / 2;
  return [[{ ...only, toMs: middleMs, rows }], [{ ...only, fromMs: middleMs, rows }]];
};

const askPiece = async (reader: Reader, piece: Piece, ask: (piece: Piece) => Promise<void>): Promise<void> => {
  try {
    await reader.room.holding(bytesOf(piece), () => ask(piece));
  } catch (error) {
    const halves = isOutOfMemory(error) ? halvesOf(piece) : [];
    if (halves.length === 0) throw error;
    for (const half of halves) await askPiece(reader, half, ask);
  }
};

/**
 * Asks piece after piece, each when there is room for it; one that meets the limit of memory all the same is asked in
 * halves.
 * @param ask keeps nothing of a piece when it throws
 */
export const askPieces = async (
  reader: Reader,
  layout: Layout,
  wanted: Wanted,
  stretches: readonly Stretch[],
  ask: (piece: Piece) => Promise<void>,
): Promise<void> => {
  for (const piece of await piecesOf(reader, layout, wanted, stretches)) await askPiece(reader, piece, ask);
};
