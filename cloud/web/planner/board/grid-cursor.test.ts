import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorRow, cursorKeys, type GridCursor, moveCursor, settled } from './grid-cursor.ts';

const rowsOf = (starts: readonly (readonly number[])[]): CursorRow[] =>
  starts.map((row, r) => ({
    rowId: `row${r}`,
    entries: [...row].sort((a, b) => a - b).map((startMs, i) => ({ entryId: `entry${r}.${i}`, startMs })),
  }));

const aBoard = fc
  .array(fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 6 }), { minLength: 1, maxLength: 8 })
  .map(rowsOf);
const keys = fc.array(fc.tuple(fc.constantFrom(...cursorKeys), fc.boolean()), { maxLength: 30 });

const stands = (rows: readonly CursorRow[], cursor: GridCursor | null): boolean =>
  rows.some(
    ({ rowId, entries }) =>
      rowId === cursor?.rowId && (cursor.entryId === null || entries.some(({ entryId }) => entryId === cursor.entryId)),
  );

describe('grid cursor', () => {
  it('always stands on something that is there', () => {
    fc.assert(
      fc.property(aBoard, keys, (rows, pressed) => {
        let cursor: GridCursor | null = null;
        for (const [key, wide] of pressed) {
          cursor = moveCursor(rows, cursor, key, wide);
          expect(stands(rows, cursor)).toBe(true);
        }
      }),
    );
  });

  it('reaches every entry with arrows alone', () => {
    fc.assert(
      fc.property(aBoard, (rows) => {
        const reached = new Set<string>();
        let cursor = moveCursor(rows, null, 'Home', true);
        for (const _ of rows) {
          for (const _entry of [1, 2, 3, 4, 5, 6, 7]) {
            if (cursor?.entryId) reached.add(cursor.entryId);
            cursor = moveCursor(rows, cursor, 'ArrowRight');
          }
          cursor = moveCursor(rows, moveCursor(rows, cursor, 'Home'), 'ArrowDown');
        }
        expect(reached.size).toBe(rows.reduce((sum, { entries }) => sum + entries.length, 0));
      }),
    );
  });

  it('goes up and down along one time, through rows that have nothing near it', () => {
    const rows = rowsOf([[10, 500], [0], [], [510]]);
    let cursor = moveCursor(rows, { rowId: 'row0', entryId: 'entry0.1', aimMs: 500 }, 'ArrowDown');
    expect(cursor?.entryId).toBe('entry1.0');
    for (const _ of [1, 2]) cursor = moveCursor(rows, cursor, 'ArrowDown');
    expect(cursor?.entryId).toBe('entry3.0');
    for (const _ of [1, 2, 3]) cursor = moveCursor(rows, cursor, 'ArrowUp');
    expect(cursor?.entryId).toBe('entry0.1');
  });

  it('comes back with the opposite key where there is room', () => {
    fc.assert(
      fc.property(aBoard, keys, (rows, pressed) => {
        const from = pressed.reduce<GridCursor | null>((at, [key, wide]) => moveCursor(rows, at, key, wide), null);
        const right = moveCursor(rows, from, 'ArrowRight');
        if (right?.entryId === from?.entryId) return;
        expect(moveCursor(rows, right, 'ArrowLeft')?.entryId ?? null).toBe(settled(rows, from)?.entryId ?? null);
      }),
    );
  });

  it('follows an entry that somebody moved, and stays near one that is gone', () => {
    const before = { rowId: 'row0', entryId: 'entry1.0', aimMs: 20 };
    const rows = rowsOf([[1, 22], [20]]);
    expect(settled(rows, before)?.rowId).toBe('row1');
    expect(settled(rows, { rowId: 'row0', entryId: 'gone', aimMs: 20 })?.entryId).toBe('entry0.1');
    expect(settled([], before)).toBeNull();
  });
});
