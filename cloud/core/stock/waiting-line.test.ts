import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf, type Waiting } from './waiting-line.ts';

const random = seededRandom(3);
const waits = (neededByOn: string, atMs: number, missing: number, reserved = 0) => ({
  request: { id: newId('partRequest', random), neededByOn, atMs },
  ...{ missing, reserved },
});
const friday = waits('2027-03-05', 1, 3);
const monday = waits('2027-03-01', 9, 2, 1);
const mondayToo = waits('2027-03-01', 5, 2);
const all = [friday, monday, mondayToo];
/** By request: friday, monday, mondayToo. */
const piecesOf = (free: number, line: readonly Waiting<(typeof friday)['request']>[] = all) =>
  line.map(({ request }) => sharesOf(line, free).find((share) => share.request === request)?.pieces ?? 0);

describe('those who wait for a part', () => {
  it('get it by the day on which they need it, then by when they asked', () => {
    expect(piecesOf(1)).toEqual([0, 0, 1]);
    expect(piecesOf(4)).toEqual([1, 1, 2]);
    expect(piecesOf(9)).toEqual([3, 1, 2]);
  });

  it('lose nothing to each other', () => {
    expect(piecesOf(0)).toEqual([0, 0, 0]);
    expect(piecesOf(1, [{ ...friday, reserved: 3 }, mondayToo])).toEqual([0, 1]);
  });

  it('give back from the last of them where visits take more than there is', () => {
    const kept = [{ ...friday, reserved: 2 }, monday, { ...mondayToo, reserved: 2 }];
    expect(piecesOf(-1, kept)).toEqual([-1, 0, 0]);
    expect(piecesOf(-4, kept)).toEqual([-2, -1, -1]);
    expect(piecesOf(-9, kept)).toEqual([-2, -1, -2]);
  });

  it('never keep more than they want or than is there, and nothing more when they are asked again', () => {
    const line = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(line, fc.integer({ min: -12, max: 30 }), (given, free) => {
        const before = given.map(([reserved, atMs, day]) =>
          waits(`2027-03-0${day}`, atMs, Math.max(reserved, 4), reserved),
        );
        const shares = new Map(sharesOf(before, free).map(({ request, pieces }) => [request, pieces]));
        const after = before.map((one) => ({ ...one, reserved: one.reserved + (shares.get(one.request) ?? 0) }));
        const left = free - [...shares.values()].reduce((sum, pieces) => sum + pieces, 0);
        for (const { reserved, missing } of after) {
          expect(reserved).toBeGreaterThanOrEqual(0);
          expect(reserved).toBeLessThanOrEqual(missing);
        }
        if (free >= 0) expect(left).toBeGreaterThanOrEqual(0);
        expect(sharesOf(after, left)).toEqual([]);
      }),
    );
  });
});
