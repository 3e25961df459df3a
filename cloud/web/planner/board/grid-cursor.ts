/** What the arrow keys walk over: rows from the top, and what stands in each in the order of time. */
export interface CursorRow {
  readonly rowId: string;
  readonly entries: readonly { readonly entryId: string; readonly startMs: number }[];
}

/** One stop of the keyboard: an entry, or the head of a row (`entryId` null). `aimMs` is where up and down look. */
export interface GridCursor {
  readonly rowId: string;
  readonly entryId: string | null;
  readonly aimMs: number;
}

export const cursorKeys = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
] as const;
export type CursorKey = (typeof cursorKeys)[number];
export const isCursorKey = (key: string): key is CursorKey => cursorKeys.some((known) => known === key);

const pageRows = 10;

const atIndex = (row: CursorRow, index: number): GridCursor => {
  const entry = row.entries[index];
  return { rowId: row.rowId, entryId: entry?.entryId ?? null, aimMs: entry?.startMs ?? Number.NEGATIVE_INFINITY };
};

/** The entry of a row that begins nearest to where the cursor looks; its head, if the cursor looks there. */
const nearestIn = (row: CursorRow, aimMs: number): GridCursor => {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  if (Number.isFinite(aimMs))
    for (const [i, { startMs }] of row.entries.entries()) {
      if (Math.abs(startMs - aimMs) >= least) continue;
      least = Math.abs(startMs - aimMs);
      nearest = i;
    }
  return { ...atIndex(row, nearest), aimMs };
};

/** A cursor that stands on something: itself, or what is next to the place where its row or entry was. */
export const settled = (rows: readonly CursorRow[], cursor: GridCursor | null): GridCursor | null => {
  const [first] = rows;
  if (!first) return null;
  if (!cursor) return atIndex(first, -1);
  const holder = rows.find(({ entries }) => entries.some(({ entryId }) => entryId === cursor.entryId));
  // What another person moved keeps the cursor: it follows to the new row.
  if (holder && cursor.entryId !== null)
    return holder.rowId === cursor.rowId ? cursor : { ...cursor, rowId: holder.rowId };
  const row = rows.find(({ rowId }) => rowId === cursor.rowId);
  if (!row) return nearestIn(first, cursor.aimMs);
  return cursor.entryId === null ? cursor : nearestIn(row, cursor.aimMs);
};

/** Where a key leads; the rims hold. With `wide` (Ctrl) Home and End go to the first and the last row. */
export const moveCursor = (
  rows: readonly CursorRow[],
  cursor: GridCursor | null,
  key: CursorKey,
  wide = false,
): GridCursor | null => {
  const now = settled(rows, cursor);
  if (!now) return null;
  const rowAt = rows.findIndex(({ rowId }) => rowId === now.rowId);
  const row = rows[rowAt] as CursorRow;
  const index = row.entries.findIndex(({ entryId }) => entryId === now.entryId);
  const toRow = (at: number) => nearestIn(rows[Math.min(rows.length - 1, Math.max(0, at))] as CursorRow, now.aimMs);
  switch (key) {
    case 'ArrowLeft':
      return index < 0 ? now : atIndex(row, index - 1);
    case 'ArrowRight':
      return index + 1 < row.entries.length ? atIndex(row, index + 1) : now;
    case 'ArrowUp':
      return rowAt > 0 ? toRow(rowAt - 1) : now;
    case 'ArrowDown':
      return rowAt + 1 < rows.length ? toRow(rowAt + 1) : now;
    case 'Home':
      return wide ? atIndex(rows[0] as CursorRow, -1) : atIndex(row, -1);
    case 'End': {
      const last = wide ? (rows.at(-1) as CursorRow) : row;
      return atIndex(last, last.entries.length - 1);
    }
    case 'PageUp':
      return toRow(rowAt - pageRows);
    case 'PageDown':
      return toRow(rowAt + pageRows);
  }
};
