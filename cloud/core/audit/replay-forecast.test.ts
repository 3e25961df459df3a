import { beforeAll, describe, expect, it, vi } from 'vitest';
import { forecastAt, type LifeForecast } from '../forecast/forecast.ts';
import { inDays } from '../forecast/forecast-days.ts';
import { syntheticFleet, upTo } from '../forecast/inputs/synthetic-fleet.ts';
import type { ForecastModel } from '../forecast/model.ts';
import { trainModel } from '../forecast/train.ts';
import { replayForecast } from './replay-forecast.ts';

vi.setConfig({ hookTimeout: 60_000 });

const forecastId = 'fct_00000000000000000000000001';
let model: ForecastModel;
let life: LifeForecast;
let values: (number | null)[];

beforeAll(async () => {
  const fleet = syntheticFleet({ machines: 8, seed: 1, rulCap: 40 });
  model = await trainModel(fleet, { seed: 3, budgetMs: 400, now: () => 0, codeVersion: 'test' });
  const [machine] = syntheticFleet({ machines: 1, seed: 2, rulCap: 40 }).machines;
  if (!machine) throw new Error('a machine');
  const forecast = forecastAt(model, 'pump', upTo(machine, 30));
  if (!forecast?.life) throw new Error('a forecast');
  life = forecast.life;
  values = Array.from(forecast.inputs, (value) => (Number.isFinite(value) ? value : null));
});

const daysPerCycle = 0.125;
const replayed = (fields: { values?: (number | null)[]; model?: ForecastModel | undefined } = {}) =>
  replayForecast(
    { forecastId, inputs: { componentCode: 'pump', values: fields.values ?? values } } as Parameters<
      typeof replayForecast
    >[0],
    inDays(life, daysPerCycle),
    'model' in fields ? fields.model : model,
  );

describe('a forecast that is asked again', () => {
  it('gives the same numbers from the inputs that were kept, after they were written and read', () => {
    const { code, saysNow } = replayed({ values: JSON.parse(JSON.stringify(values)) as (number | null)[] });
    expect(code).toBe('same');
    expect(saysNow?.rulDays?.p50).toBeCloseTo(life.quantiles.p50 * daysPerCycle, 9);
  });

  it('says so where its inputs or what it said are not those', () => {
    expect(replayed({ values: values.map((value) => (value === null ? null : value * 3 + 7)) }).code).toBe('differs');
    const said = inDays(life, daysPerCycle);
    const other = { ...said, rulDays: { ...said.rulDays, p90: said.rulDays.p90 + 0.001 } };
    const inputs = { componentCode: 'pump', values };
    expect(replayForecast({ forecastId, inputs } as Parameters<typeof replayForecast>[0], other, model).code).toBe(
      'differs',
    );
  });

  it('tells why it cannot be asked: no model, no inputs, no numbers', () => {
    expect(replayed({ model: undefined }).code).toBe('noModel');
    const none = { forecastId } as Parameters<typeof replayForecast>[0];
    expect(replayForecast(none, inDays(life, 1), model).code).toBe('noInputs');
    expect(replayForecast(none, { rulDays: null, failureProbability: [] }, model).code).toBe('noNumbers');
  });
});
