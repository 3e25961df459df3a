import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { LooseRows } from './loose-rows.ts';
import { MemoryRoom } from './memory-room.ts';
import { askPieces, type Piece, type Reader, rowsStretch, stretchesOf, timesOf } from './pieces.ts';

const looseOf = (...days: number[]): LooseRows => {
  const loose = new LooseRows();
  for (const day of days) loose.addDay(day, 10);
  loose.addSeries(1, 10 * days.length);
  return loose;
};
const layoutOf = (loose: LooseRows) => ({ loose, months: new Set<string>() });
const wanted = { series: [1], where: 'series_id = 1' };
/** No question here is so large that it has to be counted first. */
const reader = { room: new MemoryRoom(2 ** 28) } as unknown as Reader;

/** What was asked, having met the limit with all that is longer than `mostMs`. */
const askedOf = async (piece: Piece, layout: ReturnType<typeof layoutOf>, mostMs: number) => {
  const asked: Piece[] = [];
  await askPieces(reader, layout, wanted, piece, async (one) => {
    const { fromMs, toMs } = timesOf(one);
    if (toMs - fromMs > mostMs) throw new Error('Out of Memory Error: failed to pin block of size 256.0 KiB');
    asked.push(one);
  });
  return asked.map(timesOf);
};

describe('stretches of a read', () => {
  it('are one where loose days are beside each other', () => {
    const range = { fromMs: 0, toMs: 10 * dayMs + hourMs / 2 };
    const stretches = stretchesOf(layoutOf(looseOf(7, 2, 3, 4)), range, hourMs);
    expect(stretches.map(({ fromMs, toMs, rollUp }) => [fromMs / dayMs, toMs / dayMs, rollUp?.table])).toEqual([
      [0, 2, 'roll_up_hour'],
      [2, 5, undefined],
      [5, 7, 'roll_up_hour'],
      [7, 8, undefined],
      [8, 10, 'roll_up_hour'],
      [10, 10 + 1 / 48, undefined],
    ]);
  });

  it('are asked by so many at a time as there is memory for', async () => {
    const layout = layoutOf(looseOf(...Array.from({ length: 300 }, (_, n) => 2 * n)));
    const stretches = stretchesOf(layout, { fromMs: 0, toMs: 600 * dayMs }, dayMs);
    const asked = await askedOf(stretches, layout, Number.POSITIVE_INFINITY);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked[0]?.fromMs).toBe(0);
    expect(asked.at(-1)?.toMs).toBe(600 * dayMs);
    expect(asked.slice(1).map(({ fromMs }) => fromMs)).toEqual(asked.slice(0, -1).map(({ toMs }) => toMs));
  });
});

describe('a piece that meets the limit of memory', () => {
  it('is asked in halves, in order and without a gap', async () => {
    const layout = layoutOf(looseOf(1));
    const range = { fromMs: dayMs + 17, toMs: 2 * dayMs - 5 };
    const asked = await askedOf([rowsStretch(range)], layout, 5 * hourMs);
    expect(asked.length).toBeGreaterThan(4);
    expect([asked[0]?.fromMs, asked.at(-1)?.toMs]).toEqual([range.fromMs, range.toMs]);
    expect(asked.slice(1).map(({ fromMs }) => fromMs)).toEqual(asked.slice(0, -1).map(({ toMs }) => toMs));
  });

  it('fails when it cannot be cut any further, and at once for any other reason', async () => {
    const layout = layoutOf(looseOf(1));
    await expect(askedOf([rowsStretch({ fromMs: dayMs, toMs: 2 * dayMs })], layout, minuteMs / 2)).rejects.toThrow(
      'Out of Memory',
    );
    let times = 0;
    const failing = askPieces(reader, layout, wanted, [rowsStretch({ fromMs: 0, toMs: dayMs })], async () => {
      times++;
      throw new Error('no such table');
    });
    await expect(failing).rejects.toThrow('no such table');
    expect(times).toBe(1);
  });
});
