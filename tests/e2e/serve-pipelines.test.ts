import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelFiles } from '@kuluma/cloud/adapters/model-files/model-files.ts';
import { forecastInputs, targetOf } from '@kuluma/cloud/core/forecast/forecast.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import type { TrainingJob } from '@kuluma/cloud/core/model-life/train-and-judge.ts';
import { summariseTraining } from '@kuluma/cloud/core/model-life/training-summary.ts';
import { forecastFleet } from '@kuluma/cloud/pipelines/forecast-fleet.ts';
import { needed } from '@kuluma/cloud/pipelines/lookup.ts';
import { putInService } from '@kuluma/cloud/pipelines/model-steps.ts';
import type { PipelineDeps } from '@kuluma/cloud/pipelines/pipeline-deps.ts';
import { recommend } from '@kuluma/cloud/pipelines/recommend.ts';
import { keepModel, licensedHistory, trainModels } from '@kuluma/cloud/pipelines/train-models.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from '../contract/http-tenant.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { newWearingMachine, pastFleet, rowMs, samplesPerRow, type Wearing } from './wearing-fleet.ts';

const model = { path: '' };

let world: World;
let tenant: Tenant;
let deps: PipelineDeps;

const train = (history: FleetHistory) =>
  // Its clock stands still: what is learnt does not depend on how busy the machine is.
  trainModel(history, { seed: 1, budgetMs: 20_000, now: () => 0, codeVersion: 'test' });
const hourly = await train(pastFleet('h'));

beforeAll(async () => {
  world = await createWorld();
  model.path = await mkdtemp(join(tmpdir(), 'kuluma-models-'));
  deps = { ...world.deps, models: new ModelFiles(model.path), codeVersion: 'test' };
});
afterAll(async () => {
  await world.stop();
  await rm(model.path, { recursive: true, force: true });
});
beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 0, technicians: 1 });
});

const newMachine = (tag = 'P-1') => newWearingMachine(world, tenant.organisationId, tag);
const target = () => ({ organisationId: tenant.organisationId, machineModelCode: 'pump' });
const decide = async (forecastModelId: Id<'forecastModel'>) => {
  const { organisationId } = tenant;
  const personId = needed((await world.records.list('person', organisationId))[0], 'person').id;
  const given = { organisationId, forecastModelId, personId, reason: 'decided' } as const;
  await world.records.transact((tx) => putInService(deps, tx, given));
};
const install = async (trained = hourly) => {
  const record = await keepModel(deps, target(), { model: trained });
  await decide(record.id);
  return record;
};
const forecasts = () => world.records.list('forecast', tenant.organisationId);
const recommendations = () => world.records.list('recommendation', tenant.organisationId);

describe('forecasts', () => {
  it('are made once for each new row of data, and never again for the same', async () => {
    await install();
    const machine = await newMachine();
    await machine.live(20);
    expect(await forecastFleet(deps, tenant.organisationId)).toBe(1);
    expect(await forecastFleet(deps, tenant.organisationId)).toBe(0);
    await machine.live(1);
    expect(await forecastFleet(deps, tenant.organisationId)).toBe(1);
    expect(await forecasts()).toHaveLength(2);
  });

  it('move on by the hour with the data, and stand still without', async () => {
    await install();
    const machine = await newMachine();
    await machine.live(20);
    const lastSampleMs = startMs + 20 * rowMs - rowMs / samplesPerRow;
    world.time.nowMs = lastSampleMs + 30 * minuteMs;
    await forecastFleet(deps, tenant.organisationId);
    world.time.nowMs = lastSampleMs + 5 * hourMs;
    await forecastFleet(deps, tenant.organisationId);
    world.time.nowMs = lastSampleMs + 50 * hourMs;
    expect(await forecastFleet(deps, tenant.organisationId)).toBe(0);
    expect((await forecasts()).map(({ dataUntilMs }) => dataUntilMs)).toEqual([lastSampleMs, lastSampleMs + hourMs]);
  });

  it('see the end of a worn component near and of a new one far', async () => {
    await install();
    const machine = await newMachine();
    await machine.live(30);
    await forecastFleet(deps, tenant.organisationId);
    await machine.live(80);
    await forecastFleet(deps, tenant.organisationId);
    const [early, late] = (await forecasts()).map(({ rulDays }) => rulDays?.p50 ?? Number.NaN);
    expect(late).toBeLessThan(8);
    expect(early).toBeGreaterThan((late ?? 0) + 8);
  });

  it('can be said again from what they keep', async () => {
    const record = await install();
    const machine = await newMachine();
    await machine.live(90);
    await forecastFleet(deps, tenant.organisationId);
    const [forecast] = await forecasts();
    const again = await deps.models.get(record.file);
    const features = Float64Array.from(forecast?.featureValues ?? [], (value) => value ?? Number.NaN);
    const said = forecastInputs(again, targetOf(again, 'bearing'), features);
    expect(forecast).toMatchObject({ modelHash: record.modelHash, codeVersion: 'test' });
    expect(said.quantiles.p50 / 24).toBeCloseTo(forecast?.rulDays?.p50 ?? Number.NaN, 9);
    expect(said.failureProbability.map(({ value }) => value)).toEqual(
      forecast?.failureProbability.map(({ value }) => value),
    );
    expect(forecast?.failureProbability.map(({ horizonDays }) => horizonDays)).toEqual([7, 14, 28]);
  });

  it('are unknown, never good, without data', async () => {
    await install();
    const machine = await newMachine();
    await machine.live(2);
    await forecastFleet(deps, tenant.organisationId);
    expect(await forecasts()).toMatchObject([
      { rulDays: null, healthGrade: 'unknown', abstainReason: 'TOO_LITTLE_HISTORY' },
    ]);
  });

  it('trust their points less when little of what they should give came, and abstain when too little did', async () => {
    await install();
    const machine = await newMachine();
    const { organisationId } = tenant;
    const [vibration] = await world.records.list('measurementPoint', organisationId, {
      where: { machineId: machine.machineId },
    });
    const say = async (completeness: number) => {
      const judgedMs = Math.floor(world.time.nowMs / hourMs - 2) * hourMs;
      const hour = {
        pointId: needed(vibration, 'point').id,
        hourMs: judgedMs,
        samples: 10,
        usable: 10,
        low: 1,
        high: 2,
      };
      const rest = { duplicates: 0, knownMissing: 0, isStuck: false, isOutOfRange: false, latenessMs: 0, aheadMs: 0 };
      await world.timeSeries.writeQuality(organisationId, [{ ...hour, ...rest, completeness }]);
      await forecastFleet(deps, organisationId);
      return (await forecasts()).at(-1);
    };
    await machine.live(30);
    world.time.nowMs -= hourMs;
    expect(await say(1)).toMatchObject({ dataQuality: 1, abstainReason: null });
    await machine.live(4);
    world.time.nowMs -= hourMs;
    expect(await say(0.7)).toMatchObject({ dataQuality: 0.7, abstainReason: null });
    await machine.live(4);
    world.time.nowMs -= hourMs;
    expect(await say(0.3)).toMatchObject({
      rulDays: null,
      failureProbability: [],
      healthGrade: 'unknown',
      abstainReason: 'TOO_MANY_MISSING',
    });
  });

  it('count life in cycles where the history does, and tell it in days of the present use', async () => {
    await install(await train(pastFleet('cycle')));
    const machine = await newMachine();
    await machine.live(110);
    await forecastFleet(deps, tenant.organisationId);
    const [forecast] = await forecasts();
    // Two cycles of twelve hours are a day.
    expect(forecast?.failureProbability.map(({ horizonDays }) => Math.round(horizonDays))).toEqual([7, 14, 28]);
    expect(forecast?.rulDays?.p50).toBeLessThan(8);
    expect(await forecastFleet(deps, tenant.organisationId)).toBe(0);
  });
});

describe('recommendations', () => {
  const wornOut = async (): Promise<Wearing> => {
    await install();
    const machine = await newMachine();
    await machine.live(100);
    await forecastFleet(deps, tenant.organisationId);
    return machine;
  };

  it('come once, with the forecast that they rest on', async () => {
    const { componentId } = await wornOut();
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
    const [forecast] = await forecasts();
    expect(await recommendations()).toMatchObject([{ state: 'open', componentId, forecastId: forecast?.id }]);
  });

  it('do not come for a machine that is well', async () => {
    await install();
    await (await newMachine()).live(30);
    await forecastFleet(deps, tenant.organisationId);
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
  });

  it('are withdrawn when their reason has gone', async () => {
    await wornOut();
    await recommend(deps, tenant.organisationId);
    const [last] = await forecasts();
    if (!last) throw new Error('no forecast');
    const { organisationId, id: _, ...rest } = last;
    world.time.nowMs += hourMs;
    const calm = rest.failureProbability.map(({ horizonDays }) => ({ horizonDays, value: 0.01 }));
    await world.add(organisationId, 'forecast', { ...rest, failureProbability: calm } as typeof last);
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
    expect(await recommendations()).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('leave a person’s no alone for a while', async () => {
    await wornOut();
    await recommend(deps, tenant.organisationId);
    const [open] = await recommendations();
    if (!open) throw new Error('no recommendation');
    await world.records.transact((tx) => tx.update('recommendation', { ...open, state: 'rejected' }));
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
    world.time.nowMs += 15 * dayMs;
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
  });

  const decided = async (
    state: 'rejected' | 'done',
    closed?: { verdict: 'confirmed' | 'nothingFound' | 'notInspected'; afterDays: number },
  ) => {
    await wornOut();
    await recommend(deps, tenant.organisationId);
    const [open] = await recommendations();
    if (!open) throw new Error('no recommendation');
    const { organisationId, id: recommendationId, forecastId } = open;
    const personId = newId('person', deps.random);
    const approval = { recommendationId, personId, decision: 'approve', overrideReason: null } as const;
    await world.add(organisationId, 'approval', { ...approval, decidedAtMs: world.time.nowMs });
    await world.records.transact((tx) => tx.update('recommendation', { ...open, state }));
    if (!closed) return open;
    world.time.nowMs += closed.afterDays * dayMs;
    await world.add(organisationId, 'outcome', {
      visitId: newId('visit', deps.random),
      recommendationId,
      forecastId,
      findingVerdict: closed.verdict,
      finding: '',
      minutes: 60,
      partsUsed: [],
      componentReplaced: false,
      costCents: 0,
      counterfactual: { failureExpectedAtMs: null, failureCostCents: null, basis: 'unknown' },
      closedAtMs: world.time.nowMs,
    });
    return open;
  };

  it('leave a component alone from the visit on that found nothing', async () => {
    await decided('done', { verdict: 'nothingFound', afterDays: 20 });
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
    world.time.nowMs += 15 * dayMs;
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
  });

  it('come again at once when the visit left a worn component in place', async () => {
    await decided('done', { verdict: 'confirmed', afterDays: 2 });
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
  });

  it('come again at once when nobody could look', async () => {
    await decided('done', { verdict: 'notInspected', afterDays: 2 });
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
  });

  it('leave an owner’s no alone from the no on, not from the approval', async () => {
    const { organisationId, id: recommendationId, machineId, componentId } = await decided('rejected');
    expect(componentId).toBeDefined();
    world.time.nowMs += 3 * dayMs;
    const slots: [] = [];
    await world.add(organisationId, 'offer', {
      recommendationId,
      approvalId: newId('approval', deps.random),
      machineId,
      ownerId: newId('owner', deps.random),
      contactId: newId('contact', deps.random),
      messageClass: 'serviceNotice',
      legalBasis: 'contract',
      slots,
      lines: [],
      total: { netCents: 0, vatCents: 0, grossCents: 0, currency: 'EUR' },
      validUntilMs: world.time.nowMs,
      state: 'declined',
      declineReason: '',
      answeredAtMs: world.time.nowMs,
    });
    world.time.nowMs += 13 * dayMs;
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
  });

  it('are renewed when their window is over and nobody decided', async () => {
    await wornOut();
    await recommend(deps, tenant.organisationId);
    const [first] = await recommendations();
    world.time.nowMs = (first?.window.toMs ?? 0) + 1;
    expect(await recommend(deps, tenant.organisationId)).toBe(1);
    const [old, renewed] = await recommendations();
    expect([old?.state, renewed?.state]).toEqual(['withdrawn', 'open']);
    expect(renewed?.window.toMs).toBeGreaterThan(world.time.nowMs);
    expect(await recommend(deps, tenant.organisationId)).toBe(0);
  });
});

describe('training', () => {
  const owned = async (tag: string) => {
    const { machineId } = await newMachine(tag);
    const ownerId = tenant.ownerIds[0];
    if (!ownerId) throw new Error('no owner');
    const period = { fromMs: startMs, toMs: null };
    await world.add(tenant.organisationId, 'machineOwnership', { machineId, ownerId, period });
    return ownerId;
  };
  const names = async () => {
    const history = await licensedHistory(deps, tenant.organisationId, pastFleet('h', 3));
    return history.machines.map(({ machine }) => machine);
  };

  it('leaves out machines of owners who have not allowed it', async () => {
    const ownerId = await owned('past-1');
    expect(await names()).toEqual(['past-0', 'past-2']);
    const period = { fromMs: startMs, toMs: startMs + dayMs };
    await world.add(tenant.organisationId, 'dataLicence', { ownerId, purposes: ['ownService'], period });
    expect(await names()).toEqual(['past-0', 'past-2']);
    await world.add(tenant.organisationId, 'dataLicence', { ownerId, purposes: ['fleetTraining'], period });
    expect(await names()).toEqual(['past-0', 'past-1', 'past-2']);
    world.time.nowMs += dayMs;
    expect(await names()).toEqual(['past-0', 'past-2']);
  });

  it('leaves out a machine of which nobody knows whose it is', async () => {
    await newMachine('past-1');
    expect(await names()).toEqual(['past-0', 'past-2']);
  });

  it('keeps the model under the hash of its bytes, once', async () => {
    const target = { organisationId: tenant.organisationId, machineModelCode: 'pump' };
    const run = { seed: 1, budgetMs: 20_000 };
    const training = {
      ...deps,
      train: async (job: TrainingJob) => ({ model: hourly, summary: summariseTraining(hourly, job.history, [], null) }),
    };
    const record = await trainModels(training, target, pastFleet('h'), run);
    expect((await trainModels(training, target, pastFleet('h'), run)).id).toBe(record.id);
    expect(record.file).toBe(`${record.modelHash}.json`);
    expect(await new ModelFiles(model.path).get(record.file)).toEqual(JSON.parse(JSON.stringify(hourly)));
  });

  it('does not use a model file that was changed', async () => {
    const files = new ModelFiles(model.path);
    await expect(files.get('0'.repeat(64))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
