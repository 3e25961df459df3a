import { forecastAt } from '@kuluma/cloud/core/forecast/forecast.ts';
import { syntheticFleet } from '@kuluma/cloud/core/forecast/inputs/synthetic-fleet.ts';
import type { ForecastModel } from '@kuluma/cloud/core/forecast/model.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import { leftOutLine } from '@kuluma/shared/model/left-out.ts';
import { beforeAll, describe, expect, it } from 'vitest';

const options = { seed: 3, budgetMs: 60_000, now: () => 0, codeVersion: 'test' };
const fleet = syntheticFleet({ machines: 14, seed: 1, rulCap: 40, censored: { machines: 2, share: 0.6 } });
const unseen = syntheticFleet({ machines: 6, seed: 2, rulCap: 40 }).machines;
let model: ForecastModel;
beforeAll(async () => {
  model = await trainModel(fleet, options);
});

describe('training', () => {
  it('says which target has too few failures and fails when none has enough', async () => {
    const running = (machines: number) => syntheticFleet({ machines: 5, seed: 4, censored: { machines, share: 0.5 } });
    await expect(trainModel(running(5), options)).rejects.toThrow(/not enough|enough failures/);
    // One failure teaches a trend its threshold, and nothing could judge that.
    const { leftOut } = await trainModel(running(4), options);
    expect(leftOut).toContainEqual({
      code: 'TRENDS_UNJUDGED',
      component: 'pump',
      facts: { failures: 1, machines: 1, least: 3 },
    });
    const both = { ...fleet, meta: { ...fleet.meta, targets: [...fleet.meta.targets, { component: 'fan' }] } };
    const two = await trainModel(both, options);
    expect(two.targets.map(({ component }) => component)).toEqual(['pump']);
    expect(two.leftOut).toContainEqual({
      code: 'FAILURES_TOO_FEW',
      component: 'fan',
      facts: { failures: 0, machines: 0, least: 3 },
    });
  });

  it('leaves trees out when its time is over, and says so', async () => {
    let ms = 0;
    const hurried = await trainModel(fleet, { ...options, budgetMs: 50, now: () => ms++ });
    expect(hurried.leftOut.map(({ code }) => code)).toContain('WORK_REDUCED');
    expect(
      forecastAt(hurried, 'pump', unseen[0] ?? { t: new Float64Array(), columns: [], events: [], attributes: {} })
        ?.life,
    ).not.toBeNull();
  });

  it('grows fewer trees of larger steps in a short time, so that the forecast still follows the wear', async () => {
    let ms = 0;
    const short = await trainModel(fleet, { ...options, budgetMs: 1500, now: () => ms++ });
    expect(short.leftOut.map(({ code }) => code)).toContain('WORK_REDUCED');
    expect(ms).toBeLessThan(1500);
    expect(short.targets[0]?.metrics.rmse).toBeLessThan(1.5 * (model.targets[0]?.metrics.rmse ?? 0));
  });

  it('learns from few failures among many running machines', async () => {
    const few = syntheticFleet({ machines: 12, seed: 6, censored: { machines: 9, share: 0.8 } });
    const sparse = await trainModel(few, options);
    for (const machine of unseen) expect(forecastAt(sparse, 'pump', machine)?.life?.rul).toBeGreaterThanOrEqual(0);
  });

  it('does without a setting that is never measured', async () => {
    const unset = (machine: (typeof unseen)[number]) => ({
      ...machine,
      columns: machine.columns.map((column, i) => (i === 3 ? column.map(() => Number.NaN) : column)),
    });
    const blind = await trainModel({ ...fleet, machines: fleet.machines.map(unset) }, options);
    for (const machine of unseen) expect(forecastAt(blind, 'pump', unset(machine))?.abstain).toBeNull();
  });

  it('leaves out a horizon that only one machine was watched through', async () => {
    const lastRow = fleet.machines.slice(0, -1).map((machine) => ({
      ...machine,
      t: machine.t.slice(-1),
      columns: machine.columns.map((column) => column.slice(-1)),
    }));
    const watched = await trainModel({ ...fleet, machines: [...lastRow, ...fleet.machines.slice(-1)] }, options);
    expect(watched.targets[0]?.horizons).toEqual([]);
    expect(watched.leftOut.map(leftOutLine)).toContain(
      'pump: the risk of failure within 5, 10, 20 could not be learnt: no machine was watched for so long afterwards',
    );
  });

  it('refuses a fleet that names nothing to forecast', async () => {
    const none = { ...fleet, meta: { ...fleet.meta, targets: [] } };
    await expect(trainModel(none, options)).rejects.toThrow(/names nothing to forecast/);
  });

  it('learns failure probabilities from lives whose end was not seen', async () => {
    const some = await trainModel(
      syntheticFleet({ machines: 10, seed: 5, censored: { machines: 5, share: 0.7 } }),
      options,
    );
    const [target] = some.targets;
    expect(target?.metrics.horizons[0]?.rows).toBeGreaterThan(target?.metrics.rows ?? 0);
  });
});
