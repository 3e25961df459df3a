import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { createBudget } from '../effort/budget.ts';
import { fullEffort } from '../effort/effort.ts';
import { createPace } from '../effort/pace.ts';
import { type OpenTeacher, runHere } from '../jobs.ts';
import type { FitOptions, Lessons } from '../method.ts';
import { type NetworkLesson, runNetwork, slopesOf, type TaughtNetwork } from './network.ts';
import { neuralNetwork } from './network-method.ts';

const count = 120;
const random = seededRandom(4);
const wear = Float32Array.from({ length: count }, random);
const noise = Float32Array.from({ length: count }, random);
const life = Float64Array.from(wear, (w) => 100 * (1 - w));
const lessons: Lessons = {
  component: 'pump',
  inputs: [noise, wear],
  inputInfos: [
    { name: 's1.mean5', point: 's1', kind: 'level' },
    { name: 'common1.mean5', point: 'common1', kind: 'level' },
  ],
  t: new Float64Array(count),
  rul: life,
  cap: Number.POSITIVE_INFINITY,
  relativeUnit: null,
  horizons: [30],
  failed: [life.map((left) => Number(left <= 30))],
  left: life,
  endedInFailure: new Uint8Array(count).fill(1),
  life: Int32Array.from({ length: count }, (_, i) => Math.floor(i / 10)),
  machine: Int32Array.from({ length: count }, (_, i) => Math.floor(i / 10)),
  fold: Int32Array.from({ length: count }, (_, i) => Math.floor(i / 10) % 3),
  folds: 3,
};

/** Knows that life falls with the one input, and the more so at later checkpoints. */
const teach = (lesson: NetworkLesson): TaughtNetwork[] =>
  lesson.checkpoints.map((_, c) => {
    const weights = Float32Array.from([(-1 * (c + 1)) / 3, -2]);
    const network = [{ inputs: 1, outputs: 2, weights, bias: Float32Array.from([0, -1]) }];
    const held = [...lesson.heldRows].flatMap((row) => [...runNetwork(network, [lesson.inputs[row] as number])]);
    return { network, held: Float32Array.from(held) };
  });

const optionsWith = (openTeacher?: OpenTeacher, budgetMs = 60_000): FitOptions => {
  const now = () => 0;
  return {
    seed: 1,
    effort: fullEffort,
    pace: createPace(now, 1),
    budget: createBudget(now, budgetMs),
    now,
    run: runHere(now, openTeacher),
    report: () => {},
  };
};

const fitTold = async () => {
  const fitted = await neuralNetwork.fit(
    lessons,
    optionsWith(async () => ({ backend: 'told', teach })),
  );
  if (!('state' in fitted)) throw new Error(fitted.leftOut.join());
  return fitted;
};

describe('neuralNetwork', () => {
  it('forecasts the same from a row as it did out of fold, also after JSON', async () => {
    const fitted = await fitTold();
    const state = JSON.parse(JSON.stringify(fitted.state));
    for (const row of [0, 17, 119]) {
      const section = Float64Array.from([Number.NaN, wear[row] as number]);
      const { life: left, margins } = neuralNetwork.forecast(state, section);
      expect(left).toBeCloseTo(fitted.life[row] as number, 3);
      expect(margins[0]).toBeCloseTo(fitted.margins[0]?.[row] as number, 3);
    }
    expect(neuralNetwork.describe(state)).toBe('9 networks on 1 features, taught with told');
  });

  it('takes the checkpoint that answers the held machines best', async () => {
    const fitted = await fitTold();
    const worst = Math.max(...life.map((left, i) => Math.abs(left - (fitted.life[i] as number))));
    expect(worst).toBeLessThan(1);
  });

  it('takes what is not known for the mean', async () => {
    const { state } = await fitTold();
    const mean = life.reduce((sum, left) => sum + left, 0) / count;
    expect(neuralNetwork.forecast(state, new Float64Array(2).fill(Number.NaN)).life).toBeCloseTo(mean, 3);
  });

  it('explains a life by what each input adds to that of the mean', async () => {
    const { state } = await fitTold();
    const section = Float64Array.from([0.4, 0.9]);
    const reasons = neuralNetwork.explain?.(state, section);
    const mean = neuralNetwork.forecast(state, new Float64Array(2).fill(Number.NaN)).life;
    expect(reasons?.contributions[0]).toBe(0);
    expect(reasons?.contributions[1]).toBeCloseTo(neuralNetwork.forecast(state, section).life - mean, 3);
    expect(reasons?.typical[1]).toBeCloseTo(0.5, 0);
  });

  it('knows how its first output changes with each input, past rectifiers that are shut', () => {
    const weights = (size: number) => Float32Array.from({ length: size }, () => 2 * random() - 1);
    const network = [
      { inputs: 3, outputs: 8, weights: weights(24), bias: weights(8) },
      { inputs: 8, outputs: 4, weights: weights(32), bias: weights(4) },
      { inputs: 4, outputs: 2, weights: weights(8), bias: weights(2) },
    ];
    const at = [0.3, -0.7, 1.1];
    const lifeAt = (i: number, off: number) =>
      runNetwork(
        network,
        at.map((v, j) => (i === j ? v + off : v)),
      )[0] as number;
    slopesOf(network, at).forEach((slope, i) => {
      expect(slope).toBeCloseTo((lifeAt(i, 1e-4) - lifeAt(i, -1e-4)) / 2e-4, 4);
    });
  });

  it('leaves itself out where nothing teaches it or there is no time', async () => {
    const teacher: OpenTeacher = async () => ({ backend: 'told', teach });
    expect(await neuralNetwork.fit(lessons, optionsWith())).toEqual({
      leftOut: [{ code: 'NO_TEACHER', facts: {} }],
    });
    expect(await neuralNetwork.fit(lessons, optionsWith(teacher, 1))).toEqual({
      leftOut: [{ code: 'METHOD_LATE', facts: { method: 'network' } }],
    });
    const slow: OpenTeacher = async () => ({ backend: 'told', teach: (lesson) => teach(lesson).slice(1) });
    expect(await neuralNetwork.fit(lessons, optionsWith(slow))).toEqual({
      leftOut: [{ code: 'METHOD_LATE', facts: { method: 'network' } }],
    });
  });
});
