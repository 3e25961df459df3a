import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsOf, insertionsInto, type Stop } from './insertion.ts';
import { haversineKm, haversineTravel, type Travel } from './travel.ts';

/** Places on a line: a minute and a kilometre for each thousandth of a degree. */
const place = (at: number) => ({ latitude: 0, longitude: at / 1000 });
const line: Travel = (a, b) => {
  const km = Math.round(Math.abs(a.longitude - b.longitude) * 1000);
  return { km, minutes: km };
};
const at = (hour: number, minute = 0) => hour * hourMs + minute * minuteMs;
const shift = { fromMs: at(8), toMs: at(16), home: place(0) };
const stop = (where: number, from: number, to: number): Stop => ({
  location: place(where),
  startMs: from,
  endMs: to,
  busyFromMs: from - where * minuteMs,
  busyToMs: to,
});
const open = [{ fromMs: at(0), toMs: at(24) }];
const job = { location: place(30), durationMs: hourMs };

describe('the insertion test', () => {
  it('starts and ends an empty day at home', () => {
    const [gap] = gapsOf(shift, [], at(0));
    if (!gap) throw new Error('a gap');
    expect(insertionsInto(gap, job, open, line)).toEqual([
      { earliestMs: at(8, 30), latestMs: at(14, 30), approachMs: 30 * minuteMs, addedKm: 60, addedMin: 60 },
    ]);
  });

  it('travels from the stop before and to the stop after, and adds only the detour', () => {
    const gaps = gapsOf(shift, [stop(20, at(9), at(10)), stop(40, at(12), at(13))], at(0));
    const [, between] = gaps;
    if (!between) throw new Error('a gap');
    expect(gaps).toHaveLength(3);
    expect(insertionsInto(between, job, open, line)).toEqual([
      { earliestMs: at(10, 10), latestMs: at(10, 20), approachMs: 10 * minuteMs, addedKm: 0, addedMin: 0 },
    ]);
  });

  it('passes the depot, not before the parts are there', () => {
    const [gap] = gapsOf(shift, [], at(0));
    if (!gap) throw new Error('a gap');
    const via = { location: place(-10), minutes: 10, readyMs: at(9) };
    expect(insertionsInto(gap, { ...job, via }, open, line)).toEqual([
      { earliestMs: at(9, 50), latestMs: at(14, 30), approachMs: 60 * minuteMs, addedKm: 80, addedMin: 90 },
    ]);
  });

  it('leaves time for the depot that the next stop has its parts from', () => {
    const entry = { location: place(-20), dueMs: at(10, 50) };
    const next = { ...stop(40, at(12), at(13)), busyFromMs: at(10, 30), entry };
    const [gap] = gapsOf(shift, [next], at(0));
    if (!gap) throw new Error('a gap');
    expect(insertionsInto(gap, job, open, line)).toMatchObject([{ earliestMs: at(8, 30), latestMs: at(9) }]);
  });

  it('stays within the open hours and leaves no earlier than now', () => {
    const [gap] = gapsOf(shift, [], at(9));
    if (!gap) throw new Error('a gap');
    const hours = [
      { fromMs: at(8), toMs: at(10) },
      { fromMs: at(10, 15), toMs: at(11, 30) },
    ];
    expect(insertionsInto(gap, job, hours, line).map(({ earliestMs, latestMs }) => [earliestMs, latestMs])).toEqual([
      [at(10, 15), at(10, 30)],
    ]);
  });

  it('finds no place in a day that is full, and none for work longer than the day', () => {
    const full = gapsOf(shift, [stop(30, at(8, 30), at(15, 30))], at(0));
    expect(full.flatMap((gap) => insertionsInto(gap, job, open, line))).toEqual([]);
    const empty = gapsOf(shift, [], at(0));
    expect(empty.flatMap((gap) => insertionsInto(gap, { ...job, durationMs: 8 * hourMs }, open, line))).toEqual([]);
  });

  it('ignores stops of other days', () => {
    expect(gapsOf(shift, [stop(20, at(33), at(34))], at(0))).toHaveLength(1);
  });
});

describe('travel', () => {
  const finland = fc.record({
    latitude: fc.double({ min: 60, max: 68, noNaN: true }),
    longitude: fc.double({ min: 21, max: 30, noNaN: true }),
  });

  it('measures Helsinki to Tampere as 160 km straight and about 2.5 h by road', () => {
    const [helsinki, tampere] = [
      { latitude: 60.17, longitude: 24.94 },
      { latitude: 61.498, longitude: 23.761 },
    ];
    expect(haversineKm(helsinki, tampere)).toBeCloseTo(160.6, 0);
    const { km, minutes } = haversineTravel()(helsinki, tampere);
    expect(km).toBeCloseTo(208.8, 0);
    expect(minutes).toBe(Math.ceil((5 / 35 + 25 / 60 + (km - 30) / 85) * 60));
  });

  it('is never shorter with a stop on the way', () => {
    const travel = haversineTravel();
    fc.assert(
      fc.property(finland, finland, finland, (a, b, c) => {
        expect(travel(a, c).minutes).toBeLessThanOrEqual(travel(a, b).minutes + travel(b, c).minutes);
        expect(travel(a, c).km).toBeLessThanOrEqual(travel(a, b).km + travel(b, c).km + 1e-9);
        expect(travel(a, a)).toEqual({ km: 0, minutes: 0 });
      }),
    );
  });
});
