import type { MachineState } from '@kuluma/shared/model/machine-state.ts';
import { Recommendation } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { describe, expect, it } from 'vitest';
import { componentTypeOf, idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { inspectChange, inspectionsPerWeek } from './inspect-change.ts';
import { priorityOf } from './priority.ts';

const reason = { pointId: idFor('measurementPoint'), share: 0.5 };
const state = {
  id: idFor('machineState'),
  machineId: idFor('machine'),
  state: 'changed',
  sinceMs: nowMs - 4 * dayMs,
  reasons: [
    { ...reason, kind: 'level', amount: -12 },
    { ...reason, kind: 'movement', amount: 3 },
    { ...reason, kind: 'change', amount: 0.2 },
  ],
} as MachineState;
const look = () =>
  inspectChange({
    state,
    component: {
      id: idFor('component'),
      machineId: state.machineId,
      componentCode: 'seal',
      period: { fromMs: nowMs - 100 * dayMs, toMs: null },
    } as Parameters<typeof inspectChange>[0]['component'],
    componentType: componentTypeOf({
      bom: [{ partId: idFor('part'), quantity: 1, useProbability: 0.9 }],
      tools: ['chainHoist'],
      second: { skills: [] },
    }),
    pointName: () => 'flow',
    codeVersion: '1',
    origin,
  });

describe('a look at a machine that has changed', () => {
  it('is a valid record that takes no parts along, says nothing of its life and waits for its turn', () => {
    const made = look();
    expect(faultsOf(Recommendation, made)).toEqual([]);
    expect(made).toMatchObject({ action: 'inspect', forecastId: null, machineStateId: state.id, bom: [] });
    expect(made).not.toHaveProperty('tools');
    expect(made).not.toHaveProperty('second');
    expect(made).toMatchObject({ state: 'waiting', openedAtMs: null, riskOfWaiting: [], inputs: { forecasts: [] } });
    expect(made.window.toMs - made.window.fromMs).toBe(28 * dayMs);
    expect(priorityOf(made, nowMs).centsPerDay).toBe(0);
  });

  it('tells its reasons as those of a forecast are told', () => {
    expect(look().drivers.map(({ kind, direction }) => `${kind} ${direction}`)).toEqual([
      'level down',
      'spread up',
      'spread down',
    ]);
  });

  it('comes up the more often the larger the fleet and the more past looks have found, and never less than once a week', () => {
    expect(inspectionsPerWeek(3, { found: 0, looked: 50 })).toBe(1);
    expect(inspectionsPerWeek(500, { found: 0, looked: 0 })).toBe(10);
    expect(inspectionsPerWeek(500, { found: 18, looked: 18 })).toBe(19);
    expect(inspectionsPerWeek(500, { found: 1, looked: 18 })).toBe(2);
  });
});
