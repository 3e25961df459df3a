import { describe, expect, it } from 'vitest';
import type { FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import { forecastRows } from '../forecast.ts';
import { modelFromJson, modelToJson } from '../model.ts';
import { modelCard } from '../model-card.ts';
import { trainModel } from '../train.ts';

const options = { seed: 1, budgetMs: 10_000, now: () => 0, codeVersion: 'test' };

/** Pumps that all still run: their vibration rises by 0.02 mm/s an hour, a little faster from one to the next. */
const runningPumps = (threshold: { above?: number }): FleetHistory => ({
  meta: {
    format: 'kuluma-fleet/1',
    name: 'running pumps',
    timeUnit: 'h',
    points: {
      vibration: { role: 'sensor', unit: 'mm/s', ...(threshold.above ? { failureThreshold: threshold } : {}) },
      pressure: { role: 'sensor' },
    },
    targets: [{ component: 'bearing', horizons: [24, 240] }],
  },
  points: ['vibration', 'pressure'],
  machines: Array.from({ length: 4 }, (_, m): MachineHistory => {
    const t = Float64Array.from({ length: 200 }, (_, i) => i);
    return {
      machine: `pump ${m}`,
      t,
      columns: [
        t.map((at, i) => 1 + 0.02 * (1 + 0.1 * m) * at + 0.1 * Math.sin(i * 7.3 + m)),
        t.map((i) => 3 + Math.cos(i)),
      ],
      events: [],
      attributes: {},
    };
  }),
});

describe('a fleet without a failure', () => {
  it('is forecast by the trend to the threshold that its user gave', async () => {
    const history = runningPumps({ above: 7.1 });
    const model = modelFromJson(modelToJson(await trainModel(history, options)));
    const [pump] = history.machines as [MachineHistory];
    const [forecast] = forecastRows(model, 'bearing', pump, { rows: [199] });
    const life = forecast?.life;
    // (7.1 - 1) / 0.02 - 199 hours are left.
    expect(life?.rul).toBeGreaterThan(70);
    expect(life?.rul).toBeLessThan(150);
    expect(life?.quantiles.p05).toBeLessThan(106);
    expect(life?.quantiles.p95).toBeGreaterThan(106);
    expect(life?.failureProbability[0]?.value).toBeLessThan(0.2);
    expect(life?.failureProbability[1]?.value).toBeGreaterThan(0.8);
    expect(life?.drivers[0]).toMatchObject({ point: 'vibration', effect: 'shortens' });
  });

  it('is not forecast where the point with the threshold was never measured', async () => {
    const history = runningPumps({ above: 7.1 });
    const model = await trainModel(history, options);
    const [pump] = history.machines as [MachineHistory];
    const columns = [pump.t.map(() => Number.NaN), pump.columns[1] as Float64Array];
    const [forecast] = forecastRows(model, 'bearing', { ...pump, columns }, { rows: [199] });
    expect(forecast).toMatchObject({ abstain: 'TOO_MANY_MISSING', life: null });
  });

  it('is told apart on the model card: nothing was there to judge the forecasts by', async () => {
    const model = await trainModel(runningPumps({ above: 7.1 }), options);
    const { targets, leftOut } = model;
    expect(targets[0]?.metrics).toMatchObject({ failures: 0, rows: 0 });
    expect(targets[0]?.metrics.methods.map(({ name, note }) => [name, note])).toEqual([
      ['trend', 'vibration to the given threshold'],
    ]);
    expect(modelCard(model, 'hash').targets[0]).toMatchObject({
      intervals: 'as the method trend tells them',
      toldUpTo: 597,
    });
    expect(leftOut.map(({ code }) => code)).toContain('TRENDS_UNJUDGED');
  });

  it('is forecast to the level at which the first pump failed, less surely, once there is one', async () => {
    const given = await trainModel(runningPumps({ above: 7.1 }), options);
    const history = runningPumps({});
    const [first, ...running] = history.machines as [MachineHistory, ...MachineHistory[]];
    const events = [{ t: 199, kind: 'failure' as const, component: 'bearing', code: '' }];
    // The pumps that still run are younger than the one that failed.
    const young = running.map(({ t, columns, ...pump }) => ({
      ...pump,
      t: t.slice(0, 120),
      columns: columns.map((column) => column.slice(0, 120)),
    }));
    const model = await trainModel({ ...history, machines: [{ ...first, events }, ...young] }, options);
    expect(model.targets[0]?.metrics.methods.map(({ name, note }) => [name, note])).toEqual([
      ['trend', 'vibration to the level of past failures'],
    ]);
    const [pump] = young;
    if (!pump) throw new Error('no pump runs');
    const [forecast] = forecastRows(model, 'bearing', pump, { rows: [119] });
    // (5 - 1) / 0.022 - 119 hours are left.
    expect(forecast?.life?.quantiles.p05).toBeLessThan(62);
    expect(forecast?.life?.quantiles.p95).toBeGreaterThan(62);
    expect(forecast?.life?.drivers[0]).toMatchObject({ point: 'vibration', direction: 'up', effect: 'shortens' });
    const [sure] = forecastRows(given, 'bearing', pump, { rows: [119] });
    const width = (life: typeof forecast) =>
      (life?.life?.quantiles.p95 ?? 0) / (life?.life?.quantiles.p05 || Number.NaN);
    expect(width(forecast)).toBeGreaterThan(width(sure));
  });

  it('cannot be forecast when it has no threshold either', async () => {
    await expect(trainModel(runningPumps({}), options)).rejects.toThrow('enough failures');
  });
});
