import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { createStateDetector, detectStates } from './state-detection.ts';

const baselineRows = 300;
const rows = 1200;

/** Signals that share a movement, remember themselves and warm up, as a healthy machine's do. */
const healthyRun = (seed: number, { memory = 0.6, warming = 0, count = rows } = {}): Float64Array[] => {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() + random() - 2;
  const columns = Array.from({ length: 5 }, () => new Float64Array(count));
  let common = 0;
  const own = new Float64Array(columns.length);
  for (let row = 0; row < count; row++) {
    common = memory * common + noise();
    columns.forEach((column, i) => {
      own[i] = memory * (own[i] as number) + noise();
      const warm = i === 0 ? warming * (1 - Math.exp(-row / 600)) : 0;
      column[row] = 50 + (i + 1) * common + 2 * (own[i] as number) + warm;
    });
  }
  return columns;
};

const alarmShare = (columns: readonly Float64Array[], from: number, to: number): number => {
  const part = detectStates(columns, baselineRows).detections.slice(from, to);
  return part.filter(({ alarm }) => alarm).length / part.length;
};

const between = (
  columns: readonly Float64Array[],
  from: number,
  to: number,
  change: (x: number, i: number, row: number) => number,
) => columns.map((column, i) => column.map((x, row) => (row >= from && row < to ? change(x, i, row) : x)));

const seeds = [1, 2, 3, 4, 5, 6];

describe('detectStates', () => {
  it('keeps its false-alarm budget on healthy machines, those that move slowly nearly', () => {
    for (const [memory, most] of [
      [0, 0.07],
      [0.6, 0.07],
      [0.9, 0.12],
    ] as const) {
      const shares = Array.from({ length: 20 }, (_, seed) =>
        alarmShare(healthyRun(seed + 1, { memory }), baselineRows, rows),
      );
      expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(most);
    }
  });

  it('keeps it also with many signals for few rows', () => {
    const random = seededRandom(2);
    const columns = Array.from({ length: 40 }, () => Float64Array.from({ length: rows }, () => random() + random()));
    expect(alarmShare(columns, baselineRows, rows)).toBeLessThan(0.1);
  });

  it('takes warming that the baseline showed for healthy', () => {
    const shares = seeds.map((seed) => alarmShare(healthyRun(seed, { warming: 60 }), baselineRows, rows));
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.15);
  });

  it('alarms while a fault lasts and clears when the machine is healthy again', () => {
    for (const seed of seeds) {
      const faulty = between(healthyRun(seed), 600, 900, (x, i) => (i < 2 ? x + 15 : x));
      expect(alarmShare(faulty, 615, 900)).toBeGreaterThan(0.9);
      expect(alarmShare(faulty, 960, rows)).toBeLessThan(0.2);
    }
  });

  it('ends an alarm when the machine comes back to where it has drifted in the meantime', () => {
    const shares = seeds.map((seed) => {
      const drifted = between(healthyRun(seed, { count: 1500 }), 600, 1500, (x, i, row) =>
        i === 0 ? x + 9 * Math.min(1, (row - 600) / 300) : x,
      );
      return alarmShare(
        between(drifted, 600, 900, (x, i) => (i === 1 ? x + 40 : x)),
        1000,
        1500,
      );
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.3);
  });

  it('sees a small fault for as long as it lasts, and forgets it where the reference is to follow', () => {
    const shareWith = (referenceBaselines: number) => {
      const shares = seeds.map((seed) => {
        const faulty = between(healthyRun(seed, { count: 2400 }), 600, 2400, (x, i) => (i < 3 ? x + 3.2 : x));
        const { detections } = detectStates(faulty, baselineRows, { falseAlarmBudget: 0.2, referenceBaselines });
        return detections.slice(1500).filter(({ alarm }) => alarm).length / 900;
      });
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    };
    expect(shareWith(20)).toBeGreaterThan(0.6);
    expect(shareWith(1)).toBeLessThan(0.3);
  });

  it('holds an alarm through a fault that flickers about the limit', () => {
    const shares = seeds.map((seed) => {
      const faulty = between(healthyRun(seed), 600, 900, (x, i, row) => (i < 2 ? x + (row % 100 < 50 ? 7 : 3) : x));
      return alarmShare(faulty, 650, 900);
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.88);
  });

  it('sees a signal that moves more than before, and one that no longer follows the others', () => {
    const other = healthyRun(99);
    for (const seed of seeds) {
      const run = healthyRun(seed);
      const restless = between(run, 600, 900, (x, i, row) => (i === 3 ? x + 8 * Math.sin(row) : x));
      expect(alarmShare(restless, 650, 900)).toBeGreaterThan(0.9);
      const apart = between(run, 600, 900, (x, i, row) => (i === 4 ? (other[i]?.[row] ?? 0) : x));
      expect(alarmShare(apart, 650, 900)).toBeGreaterThan(0.7);
    }
  });

  it('alarms more seldom under a smaller budget', () => {
    const faulty = between(healthyRun(7), 600, 900, (x, i) => (i === 0 ? x + 6 : x));
    const alarms = [0.001, 0.05, 0.3].map(
      (falseAlarmBudget) =>
        detectStates(faulty, baselineRows, { falseAlarmBudget }).detections.filter(({ alarm }) => alarm).length,
    );
    expect(alarms[0]).toBeLessThan(alarms[1] ?? 0);
    expect(alarms[1]).toBeLessThan(alarms[2] ?? 0);
  });

  it('scores a row without its future: a run cut short gives the same scores', () => {
    const run = between(healthyRun(3), 500, 900, (x) => 1.2 * x);
    const cut = run.map((column) => column.slice(0, 700));
    expect(detectStates(cut, baselineRows).detections).toEqual(
      detectStates(run, baselineRows).detections.slice(0, 700),
    );
  });

  it('forgets rows that are long past: the same fault later scores the same', () => {
    const early = between(healthyRun(4), 500, 600, (x) => x + 40);
    const at = (columns: readonly Float64Array[], row: number) =>
      detectStates(columns, baselineRows).detections[row]?.score ?? 0;
    const repeated = early.map((column) => Float64Array.from([...column.slice(0, 900), ...column.slice(500, 600)]));
    expect(at(repeated, 990) / at(early, 590)).toBeCloseTo(1, 1);
  });

  it('keeps its state over rows without a value and takes a silent sensor for a healthy one', () => {
    const run = healthyRun(5);
    for (const seed of seeds) {
      const silent = between(healthyRun(seed), 500, rows, (x, i) => (i === 1 ? Number.NaN : x));
      expect(alarmShare(silent, baselineRows, rows)).toBeLessThan(0.1);
    }
    const faulty = between(run, 600, 900, (x, i) => (i < 2 ? x + 15 : x));
    const gaps = faulty.map((column) => column.map((x, row) => (row > 400 && row % 7 === 0 ? Number.NaN : x)));
    const { detections } = detectStates(gaps, baselineRows);
    expect(detections[700]).toEqual(detections[699]);
    expect(alarmShare(gaps, 640, 900)).toBeGreaterThan(0.9);
  });

  it('stays silent where the baseline teaches nothing: too few rows, or signals that never moved', () => {
    const still = [new Float64Array(400).fill(3), new Float64Array(400).fill(Number.NaN)];
    expect(createStateDetector(still, 300)).toBeUndefined();
    expect(createStateDetector(healthyRun(1), 10)).toBeUndefined();
    const { detections: short } = detectStates(healthyRun(1, { count: 5 }), 300);
    expect(short.every(({ score, alarm }) => score === 0 && !alarm)).toBe(true);
  });

  it('names the signal that is off and how far, in its unit', () => {
    const low = between(healthyRun(8), 600, 700, (x, i) => (i === 2 ? x - 25 : x)).map((c) => c.slice(0, 680));
    const [first] = detectStates(low, baselineRows).drivers;
    expect(first).toMatchObject({ signal: 2, kind: 'level' });
    expect(first?.amount).toBeGreaterThan(-32);
    expect(first?.amount).toBeLessThan(-18);
    const restless = between(healthyRun(9), 600, 700, (x, i, row) => (i === 3 ? x + 12 * Math.sin(2 * row) : x));
    const drivers = detectStates(
      restless.map((c) => c.slice(0, 690)),
      baselineRows,
    ).drivers;
    expect(drivers.map(({ signal }) => signal)).toContain(3);
    for (const { kind, amount } of drivers) if (kind !== 'level') expect(amount).toBeGreaterThan(1);
  });

  it('gives no reasons where nothing is wrong, and counts signals by their place in the row', () => {
    expect(detectStates(healthyRun(3), baselineRows).drivers).toEqual([]);
    const still = new Float64Array(rows).fill(7);
    const low = between(healthyRun(8), 600, rows, (x, i) => (i === 2 ? x - 25 : x));
    expect(detectStates([still, ...low], baselineRows).drivers[0]?.signal).toBe(3);
  });
});
