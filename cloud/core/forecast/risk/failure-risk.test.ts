import { seededRandom } from '@kuluma/shared/clock.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBudget } from '../effort/budget.ts';
import { fullEffort } from '../effort/effort.ts';
import { outcomesBetween } from '../inputs/failure-outcomes.ts';
import { runHere } from '../jobs.ts';
import type { Lessons } from '../method.ts';
import { binColumn, binOf, learnBins } from '../trees/binning.ts';
import { sigmoid } from '../trees/trees.ts';
import { type FailureRisk, fitFailureRisk, riskMargins, riskSpans } from './failure-risk.ts';

const days = 90;
const visitEvery = 10;
const folds = 3;

/**
 * Machines that are visited every ten days. Components of one kind that are twenty days old or more fail at every other
 * visit, those of the other kind never. The day before a failure the reading rises.
 */
const lessonsOf = (machines: number): Lessons => {
  const random = seededRandom(8);
  const rows = Array.from({ length: machines }, (_, m) => {
    const phase = Math.floor(visitEvery * random());
    const kind = m % 2;
    const ends: { at: number; failed: boolean }[] = [];
    let born = 0;
    for (let at = phase + 0.5; at < days; at += visitEvery) {
      const old = at - born >= 2 * visitEvery;
      const failed = old && kind === 1 && random() < 0.5;
      if (!failed && !(old && random() < 0.3)) continue;
      ends.push({ at, failed });
      born = at;
    }
    ends.push({ at: days - 1, failed: false });
    return Array.from({ length: days }, (_, t) => {
      const life = ends.findIndex(({ at }) => at >= t);
      const { at, failed } = ends[life] as { at: number; failed: boolean };
      const visited = t - phase - 0.5 < 0 ? t : (t - phase - 0.5) % visitEvery;
      return {
        t,
        left: at - t,
        endedInFailure: Number(failed),
        life: 100 * m + life,
        machine: m,
        inputs: [t - (ends[life - 1]?.at ?? 0), visited, kind, (failed && at - t < 1 ? 4 : 0) + random()],
      };
    });
  }).flat();
  const of = (pick: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, pick);
  const shared = {
    t: of(({ t }) => t),
    left: of(({ left }) => left),
    endedInFailure: Uint8Array.from(rows, (row) => row.endedInFailure),
    machine: Int32Array.from(rows, ({ machine }) => machine),
  };
  const info = (name: string, kind: 'age' | 'attribute' | 'level') => ({ name, point: name, kind });
  return {
    ...shared,
    component: 'pump',
    inputs: [0, 1, 2, 3].map((i) => Float32Array.from(rows, ({ inputs }) => inputs[i] as number)),
    inputInfos: [info('age', 'age'), info('visit.age', 'age'), info('kind', 'attribute'), info('heat', 'level')],
    rul: of(() => Number.NaN),
    cap: Number.POSITIVE_INFINITY,
    relativeUnit: null,
    horizons: [1, 3, 6],
    failed: [1, 3, 6].map((horizon) => outcomesBetween(shared, 0, horizon)),
    life: Int32Array.from(rows, ({ life }) => life),
    fold: shared.machine.map((m) => m % folds),
    folds,
  };
};

describe('the risk of failure', () => {
  const lessons = lessonsOf(24);
  const edges = lessons.inputs.map((values) => learnBins(values).edges);
  let risk: FailureRisk;
  let margins: Float64Array[];
  const chance = (h: number, row: number) => sigmoid(margins[h]?.[row] ?? Number.NaN);
  const meanWhere = (h: number, where: (row: number) => boolean) => {
    const rows = [...lessons.t.keys()].filter(where);
    return rows.reduce((sum, row) => sum + chance(h, row), 0) / rows.length;
  };
  const input = (i: number, row: number) => lessons.inputs[i]?.[row] ?? Number.NaN;

  beforeAll(async () => {
    const now = () => 0;
    const columns = lessons.inputs.map((values, i) => binColumn(edges[i] ?? [], values));
    const fitting = {
      columns,
      fold: lessons.fold,
      folds,
      seed: 1,
      budget: createBudget(now, 1e9),
      run: runHere(now),
      foldDone: () => undefined,
    };
    ({ risk, margins } = await fitFailureRisk(lessons, fitting, edges, [0, 1, 2, 3], fullEffort));
  });

  it('is told in spans that end at the horizons', () => {
    expect(riskSpans(lessons)).toEqual([1, 2, 3, 6]);
    expect(risk.ends).toEqual([1, 2, 3, 6]);
  });

  it('knows ahead of any reading on which day a component of which kind and age may fail', () => {
    const old = (row: number) => input(0, row) > 15 && input(3, row) < 2;
    const soon = (row: number) => input(1, row) > 4.5 && input(1, row) < 8;
    const near = meanWhere(2, (row) => old(row) && soon(row) && input(2, row) === 1);
    expect(near).toBeGreaterThan(0.3);
    expect(near).toBeLessThan(0.7);
    expect(meanWhere(2, (row) => old(row) && soon(row) && input(2, row) === 0)).toBeLessThan(0.1);
    expect(meanWhere(2, (row) => old(row) && input(1, row) < 3 && input(2, row) === 1)).toBeLessThan(0.15);
  });

  it('is nearly sure when a reading announces the failure', () => {
    expect(meanWhere(0, (row) => input(3, row) > 3)).toBeGreaterThan(0.7);
  });

  it('rises with the horizon at every row, and is right on the whole', () => {
    for (const row of lessons.t.keys())
      for (const h of [1, 2]) expect(margins[h]?.[row]).toBeGreaterThanOrEqual(margins[h - 1]?.[row] ?? Number.NaN);
    lessons.failed.forEach((failed, h) => {
      const known = [...failed.keys()].filter((row) => Number.isFinite(failed[row]));
      const rate = known.reduce((sum, row) => sum + (failed[row] as number), 0) / known.length;
      const said = known.reduce((sum, row) => sum + chance(h, row), 0) / known.length;
      expect(said / rate).toBeGreaterThan(0.7);
      expect(said / rate).toBeLessThan(1.4);
    });
  });

  it('forecasts a row from its inputs alone, near what was said of it out of fold', () => {
    const rows = [...lessons.t.keys()].filter((row) => row % 17 === 0);
    const apart = rows.map((row) => {
      const section = Float64Array.from(lessons.inputs, (values) => values[row] as number);
      const bins = Uint8Array.from(section, (value, i) => binOf(edges[i] ?? [], value));
      return Math.abs(sigmoid(riskMargins(risk, section, bins, edges)[2] as number) - chance(2, row));
    });
    expect(apart.reduce((sum, v) => sum + v, 0) / apart.length).toBeLessThan(0.05);
  });
});
