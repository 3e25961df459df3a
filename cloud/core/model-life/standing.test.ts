import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ModelStep } from '@kuluma/shared/model/model-life.ts';
import { describe, expect, it } from 'vitest';
import { withinBudget } from './alert-budget.ts';
import { standingOf } from './standing.ts';

const random = seededRandom(3);
const machineModelId = newId('machineModel', random);
const organisationId = newId('organisation', random);
const origin = (nowMs: number) => ({
  organisationId,
  createdBy: { kind: 'policy', name: 'test' } as const,
  nowMs,
  random,
});

const version = (n: number): RecordOf<'forecastModel'> => ({
  ...freshBase('forecastModel', origin(n)),
  machineModelId,
  modelVersion: `pump-${n}`,
  modelHash: '',
  codeVersion: '',
  file: '',
  card: {},
});
const step = (atMs: number, model: RecordOf<'forecastModel'>, stage: ModelStep['stage']): ModelStep => ({
  ...freshBase('modelStep', origin(atMs)),
  machineModelId,
  forecastModelId: model.id,
  stage,
  reason: 'trained',
  personId: null,
});

describe('the standing of versions', () => {
  const [one, two] = [version(1), version(2)];

  it('leaves the present one in service while a newer one is in shadow', () => {
    const standing = standingOf([one, two], [step(10, one, 'inService'), step(20, two, 'shadow')]);
    expect(standing).toEqual({ present: one, shadow: two, presentSinceMs: 10, shadowSinceMs: 20 });
  });

  it('follows the last step of each', () => {
    const steps = [
      step(10, one, 'inService'),
      step(20, two, 'shadow'),
      step(30, two, 'inService'),
      step(30, one, 'retired'),
    ];
    expect(standingOf([one, two], steps)).toMatchObject({ present: two, shadow: undefined, presentSinceMs: 30 });
    expect(standingOf([one, two], [...steps, step(40, two, 'retired'), step(40, one, 'inService')]).present).toBe(one);
  });

  it('has none in service during the first shadow mode of a fleet', () => {
    expect(standingOf([one], [step(10, one, 'shadow')])).toMatchObject({ present: undefined, shadow: one });
  });

  it('takes the newest of a store from before steps were recorded', () => {
    expect(standingOf([one, two], []).present).toBe(two);
    expect(standingOf([], []).present).toBeUndefined();
  });
});

describe('the budget of a week', () => {
  const dayMs = 86_400_000;
  const waiting = [0.6, 0.9, 0.7].map((certainty) => ({ certainty }));

  it('lets the most certain go and the others wait', () => {
    const { now, later } = withinBudget(waiting, [], 2, 30 * dayMs);
    expect([now, later].map((list) => list.map(({ certainty }) => certainty))).toEqual([[0.9, 0.7], [0.6]]);
  });

  it('counts what went within the last seven days', () => {
    const started = [20 * dayMs, 25 * dayMs, 29 * dayMs];
    expect(withinBudget(waiting, started, 3, 30 * dayMs).now).toHaveLength(1);
    expect(withinBudget(waiting, started, 3, 33 * dayMs).now).toHaveLength(2);
    expect(withinBudget(waiting, started, 1, 30 * dayMs).now).toHaveLength(0);
  });
});
