import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { forecastAt, forecastInputs, forecastRows, inputInfos, targetOf } from './forecast.ts';
import { syntheticFleet, upTo } from './inputs/synthetic-fleet.ts';
import { type ForecastModel, modelFromJson, modelToJson } from './model.ts';
import { trainModel } from './train.ts';

// Training is the work under test; a busy machine must not make it fail.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Not all of the work: what the budget leaves out is known beforehand, and nothing here needs it.
const options = { seed: 3, budgetMs: 2_500, now: () => 0, codeVersion: 'test' };
const fleet = syntheticFleet({ machines: 14, seed: 1, rulCap: 40, censored: { machines: 2, share: 0.6 } });
const unseen = syntheticFleet({ machines: 6, seed: 2, rulCap: 40 }).machines;
let model: ForecastModel;
beforeAll(async () => {
  model = await trainModel(fleet, options);
});

describe('a trained model', () => {
  it('forecasts machines that it never saw far better than the mean', () => {
    const errors = unseen.flatMap((machine) =>
      forecastRows(model, 'pump', machine).flatMap(({ t, life }) =>
        life ? [life.rul - Math.min(40, (machine.t.at(-1) ?? 0) - t)] : [],
      ),
    );
    const rmse = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    expect(rmse).toBeLessThan(7);
  });

  it('holds what its forecasts promise: about nine of ten lives end inside the 90 % interval', () => {
    const inside = unseen.flatMap((machine) =>
      forecastRows(model, 'pump', machine).flatMap(({ t, life }) => {
        const truth = Math.min(40, (machine.t.at(-1) ?? 0) - t);
        return life ? [Number(life.quantiles.p05 <= truth && truth <= life.quantiles.p95)] : [];
      }),
    );
    expect(inside.reduce((sum, v) => sum + v, 0) / inside.length).toBeGreaterThan(0.8);
  });

  it('gives the same bytes for the same history and seed', async () => {
    expect(modelToJson(await trainModel(fleet, options))).toBe(modelToJson(model));
  });

  it('forecasts the same after it was written and read', () => {
    const read = modelFromJson(modelToJson(model));
    for (const machine of unseen) expect(forecastAt(read, 'pump', machine)).toEqual(forecastAt(model, 'pump', machine));
  });

  it('refuses a text that is only part of a model', () => {
    const { signals: _, ...rest } = model;
    expect(() => modelFromJson(JSON.stringify(rest))).toThrow(/not whole/);
  });

  it('answers the same from a stored feature vector', () => {
    const forecast = forecastAt(
      model,
      'pump',
      unseen[0] ?? { t: new Float64Array(), columns: [], events: [], attributes: {} },
    );
    expect(forecastInputs(model, targetOf(model, 'pump'), forecast?.inputs ?? new Float64Array())).toEqual(
      forecast?.life,
    );
  });

  it('names vibration or temperature before the humidity that does not matter', () => {
    for (const machine of unseen) {
      const drivers = forecastAt(model, 'pump', machine)?.life?.drivers ?? [];
      expect(drivers[0]?.point).toMatch(/vibration|temperature|age|E1/);
      expect(drivers.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1.000001);
    }
  });

  it('learns from errors that come before failures', () => {
    expect(inputInfos(model, targetOf(model, 'pump')).filter(({ kind }) => kind === 'event')).toHaveLength(3);
  });

  it('learns the two loads as regimes', () => {
    expect(model.signals.regimes.centres.map(([load]) => Math.round(load ?? 0)).sort()).toEqual([10, 20]);
  });
});

describe('a forecast', () => {
  it('never looks ahead: what comes later changes nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: unseen.length - 1 }), fc.integer({ min: 1, max: 50 }), (which, rows) => {
        const machine = unseen[which];
        if (!machine) return;
        const whole = forecastRows(model, 'pump', machine, { rows: [rows - 1] })[0];
        expect(forecastAt(model, 'pump', upTo(machine, rows))).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('has quantiles that never cross, within 0 and the cap, and probabilities that rise with the horizon', () => {
    for (const machine of unseen)
      for (const { life } of forecastRows(model, 'pump', machine, { explain: false })) {
        if (!life) continue;
        const { p05, p10, p50, p90, p95 } = life.quantiles;
        const rising = [0, p05, p10, p50, p90, p95, 40];
        expect(rising).toEqual([...rising].sort((a, b) => a - b));
        const risks = [0, ...life.failureProbability.map(({ value }) => value), 1];
        expect(risks).toEqual([...risks].sort((a, b) => a - b));
        expect(life.degradationIndex).toBeGreaterThanOrEqual(0);
        expect(life.degradationIndex).toBeLessThanOrEqual(1);
      }
  });

  it('abstains with a code when the data are not good enough', () => {
    const machine = unseen[0];
    if (!machine) throw new Error('the fleet is empty');
    const codeOf = (changed: typeof machine) => {
      const forecast = forecastAt(model, 'pump', changed);
      expect(forecast?.life === null).toBe(forecast?.abstain !== null);
      return forecast?.abstain;
    };
    const replaced = (value: number) => machine.columns.map((column, i) => (i < 3 ? column.map(() => value) : column));
    expect(codeOf(machine)).toBeNull();
    expect(codeOf(upTo(machine, 2))).toBe('TOO_LITTLE_HISTORY');
    expect(codeOf({ ...machine, columns: replaced(Number.NaN) })).toBe('TOO_MANY_MISSING');
    expect(codeOf({ ...machine, columns: replaced(1e6) })).toBe('OUTSIDE_LEARNT_RANGE');
    const frozen = machine.columns.map((column, i) =>
      i < 3 ? column.map((x, row) => (row < 20 ? x : (column[20] ?? 0))) : column,
    );
    expect(codeOf({ ...machine, columns: frozen })).toBe('FROZEN_VALUES');
    const load = machine.columns.map((column, i) => (i === 3 ? column.map(() => 55) : column));
    expect(codeOf({ ...machine, columns: load })).toBe('OUTSIDE_LEARNT_RANGE');
  });

  it('knows a part that was just replaced as new', () => {
    const machine = unseen[0];
    if (!machine) throw new Error('the fleet is empty');
    const events = [{ t: 30, kind: 'replacement' as const, component: 'pump', code: '' }];
    const [before, after] = forecastRows(model, 'pump', { ...machine, events }, { rows: [29, 31] });
    expect(before?.abstain).toBeNull();
    expect(after?.abstain).toBeNull();
    const age = inputInfos(model, targetOf(model, 'pump')).findIndex(({ name }) => name === 'age');
    expect([before?.inputs[age], after?.inputs[age]]).toEqual([29, 2]);
  });

  it('is not given to a machine of which nearly nothing is known', () => {
    const machine = unseen[0];
    if (!machine) throw new Error('the fleet is empty');
    const first = forecastRows(model, 'pump', machine, { rows: [1, 20] });
    expect(first.map(({ abstain }) => abstain)).toEqual(['TOO_LITTLE_HISTORY', null]);
  });

  it('refuses a component that was not trained', () => {
    expect(() => targetOf(model, 'gearbox')).toThrow(/does not forecast/);
  });
});
