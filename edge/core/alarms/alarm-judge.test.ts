import type { Id } from '@kuluma/shared/model/base.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmJudge } from './alarm-judge.ts';
import { type AlarmCheck, checksOf } from './alarm-rule.ts';

const pointId = 'pnt_00000000000000000000000001' as Id<'measurementPoint'>;
const otherId = 'pnt_00000000000000000000000002' as Id<'measurementPoint'>;
const hot: AlarmCheck = { rule: 'hot', severity: 'alarm', sense: 1, limit: 80, hysteresis: 5, delayMs: 3000 };
const judgeOf = (over: Partial<AlarmCheck> = {}) => new AlarmJudge([{ pointId, checks: [{ ...hot, ...over }] }], []);
/** One value a second from `fromMs`; gives `state@second`. */
const runOf = (judge: AlarmJudge, values: readonly number[], fromMs = 0) =>
  values.flatMap((value, i) =>
    judge.judge(pointId, value, fromMs + 1000 * i).map((e) => `${e.state}@${e.occurredAtMs / 1000}`),
  );

describe('a limit', () => {
  it('raises when it was passed for the delay, and clears behind the hysteresis for as long', () => {
    const values = [79, 81, 90, 85, 81, 79, 76, 74, 73, 72, 71, 70];
    expect(runOf(judgeOf(), values)).toEqual(['raised@4', 'cleared@10']);
  });

  it('tells the value and the limit', () => {
    const judge = judgeOf({ delayMs: 0 });
    const event = { pointId, rule: 'hot', severity: 'alarm', limit: 80 };
    expect(judge.judge(pointId, 81, 5000)).toEqual([{ ...event, state: 'raised', value: 81, occurredAtMs: 5000 }]);
    expect(judge.judge(pointId, 74, 6000)).toEqual([{ ...event, state: 'cleared', value: 74, occurredAtMs: 6000 }]);
  });

  it('forgets what did not last', () => {
    expect(runOf(judgeOf(), [90, 90, 90, 80, 90, 90, 90])).toEqual([]);
    expect(runOf(judgeOf(), [90, 90, 90, 90, 70, 70, 76, 70, 70])).toEqual(['raised@3']);
  });

  it('is no limit passed where it is met', () => {
    expect(runOf(judgeOf({ delayMs: 0 }), [80, 80, 80])).toEqual([]);
  });

  it('watches for too little as for too much', () => {
    expect(runOf(judgeOf({ sense: -1, limit: 20, delayMs: 0 }), [25, 19, 22, 24, 26])).toEqual([
      'raised@1',
      'cleared@4',
    ]);
  });

  it('stands while its point gives no value', () => {
    const judge = judgeOf({ delayMs: 0 });
    expect(runOf(judge, [90])).toEqual(['raised@0']);
    expect(runOf(judge, [90, 70], 3_600_000)).toEqual(['cleared@3601']);
  });

  it('holds each point against its own rules', () => {
    const judge = new AlarmJudge(
      [
        { pointId, checks: [hot] },
        { pointId: otherId, checks: [{ ...hot, limit: 10, delayMs: 0 }] },
      ],
      [],
    );
    expect(judge.judge(otherId, 50, 0).map((e) => e.pointId)).toEqual([otherId]);
    expect(judge.judge('pnt_00000000000000000000000003' as typeof pointId, 500, 0)).toEqual([]);
  });

  it('does not count time over a clock that was set back', () => {
    const judge = judgeOf();
    expect(runOf(judge, [90, 90], 10_000)).toEqual([]);
    expect(runOf(judge, [90, 90, 90, 90], 0)).toEqual(['raised@3']);
  });
});

describe('whatever the values', () => {
  const series = fc.array(fc.double({ min: 60, max: 100, noNaN: true }), { maxLength: 100 });

  it('raised and cleared take turns, raised first, and none without its reason', () => {
    fc.assert(
      fc.property(series, fc.nat(5), (values, delayS) => {
        const judge = judgeOf({ delayMs: 1000 * delayS });
        let stands = false;
        for (const [i, value] of values.entries())
          for (const event of judge.judge(pointId, value, 1000 * i)) {
            expect(event.state).toBe(stands ? 'cleared' : 'raised');
            stands = !stands;
            const recent = values.slice(i - delayS, i + 1);
            expect(recent.length).toBe(delayS + 1);
            expect(recent.every((v) => (stands ? v > 80 : v < 75))).toBe(true);
          }
        expect(judge.standing.length).toBe(stands ? 1 : 0);
      }),
    );
  });

  it('a restart doubles nothing and loses nothing', () => {
    fc.assert(
      fc.property(series, fc.nat(100), (values, at) => {
        const whole = runOf(judgeOf({ delayMs: 0 }), values);
        const first = judgeOf({ delayMs: 0 });
        const before = runOf(first, values.slice(0, at));
        const second = new AlarmJudge([{ pointId, checks: [{ ...hot, delayMs: 0 }] }], first.standing);
        expect([...before, ...runOf(second, values.slice(at), 1000 * Math.min(at, values.length))]).toEqual(whole);
      }),
    );
  });
});

describe('a rate of change', () => {
  const [check] = checksOf({
    name: 'fast',
    point: 'p',
    risingPerMinute: 6,
    overMs: 10_000,
    delayMs: 0,
    severity: 'warning',
  });
  const judge = () => new AlarmJudge([{ pointId, checks: check ? [check] : [] }], []);
  const ramp = (perMinute: number, seconds: number) =>
    Array.from({ length: seconds }, (_, i) => 20 + (perMinute * i) / 60);

  it('raises on a slope that lasts, with the slope as its value', () => {
    const one = judge();
    const [event, ...more] = ramp(9, 30).flatMap((value, i) => one.judge(pointId, value, 1000 * i));
    expect(event?.value).toBeCloseTo(9, 6);
    expect(event?.occurredAtMs).toBe(5000);
    expect(more).toEqual([]);
  });

  it('lets a slower slope and a single jump pass', () => {
    expect(runOf(judge(), ramp(5, 60))).toEqual([]);
    expect(runOf(judge(), [...Array<number>(20).fill(20), 20.2, ...Array<number>(20).fill(20)])).toEqual([]);
  });

  it('forgets what lies before its stretch', () => {
    const events = runOf(judge(), [...Array<number>(60).fill(20), ...ramp(9, 11)]);
    expect(events.length).toBe(1);
  });

  it('says nothing of two samples far apart', () => {
    const one = judge();
    expect(one.judge(pointId, 20, 0)).toEqual([]);
    expect(one.judge(pointId, 900, 9000)).toEqual([]);
  });
});
