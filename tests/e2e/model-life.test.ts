import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelFiles } from '@kuluma/cloud/adapters/model-files/model-files.ts';
import { trainTelling } from '@kuluma/cloud/core/forecast/train.ts';
import { scoreHeldOut } from '@kuluma/cloud/core/model-life/held-out.ts';
import type { Reliability } from '@kuluma/cloud/core/model-life/reliability.ts';
import type { TrainingJob } from '@kuluma/cloud/core/model-life/train-and-judge.ts';
import { summariseTraining, type TrainingSummary } from '@kuluma/cloud/core/model-life/training-summary.ts';
import { forecastFleet } from '@kuluma/cloud/pipelines/forecast-fleet.ts';
import { needed } from '@kuluma/cloud/pipelines/lookup.ts';
import { putInService } from '@kuluma/cloud/pipelines/model-steps.ts';
import type { PipelineDeps } from '@kuluma/cloud/pipelines/pipeline-deps.ts';
import { recommend } from '@kuluma/cloud/pipelines/recommend.ts';
import { scoreForecasts } from '@kuluma/cloud/pipelines/score-forecasts.ts';
import { tendModels } from '@kuluma/cloud/pipelines/tend-models.ts';
import { keepModel } from '@kuluma/cloud/pipelines/train-models.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from '../contract/http-tenant.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { newWearingMachine, pastFleet, rowHours, type Wearing } from './wearing-fleet.ts';

const history = pastFleet('h');
const training = await trainTelling(history, {
  seed: 1,
  budgetMs: 20_000,
  // It stands still: what is learnt does not depend on how busy the machine is.
  now: () => 0,
  codeVersion: 'test',
});
const { model } = training;
const summary = summariseTraining(model, history, [], null);

let world: World;
let tenant: Tenant;
let deps: PipelineDeps;
let personId: Id<'person'>;
let dir = '';

beforeAll(async () => {
  world = await createWorld();
  dir = await mkdtemp(join(tmpdir(), 'kuluma-models-'));
});
afterAll(async () => {
  await world.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 0, technicians: 1 });
  deps = { ...world.deps, models: new ModelFiles(dir), codeVersion: 'test' };
  personId = needed((await world.records.list('person', tenant.organisationId))[0], 'person').id;
});

const list = <K extends Parameters<World['records']['list']>[0]>(kind: K) =>
  world.records.list(kind, tenant.organisationId);
const newMachine = (tag: string, lifeRows?: number) => newWearingMachine(world, tenant.organisationId, tag, lifeRows);

/** A version of its own, told apart from others by its seed. */
const version = async (seed: number, of: TrainingSummary = summary, machineModelCode = 'pump') => {
  world.time.nowMs++;
  const target = { organisationId: tenant.organisationId, machineModelCode };
  const summaryFile = await deps.models.putSummary(of);
  const historyFile = await deps.models.putHistory(history);
  return keepModel(deps, target, { model: { ...model, seed }, summaryFile, historyFile });
};
const intoService = ({ id: forecastModelId }: RecordOf<'forecastModel'>) =>
  world.records.transact((tx) => {
    const { organisationId } = tenant;
    return putInService(deps, tx, { organisationId, forecastModelId, personId, reason: 'decided' });
  });
const forecast = () => forecastFleet(deps, tenant.organisationId);
const recommendOnce = () => recommend(deps, tenant.organisationId);

/** A machine model like that of the tenant, of which nothing was ever trained. */
const newModel = async (code: string): Promise<Id<'machineModel'>> => {
  const { name, manufacturer, componentTypes } = needed((await list('machineModel'))[0], 'machine model');
  return world.add(tenant.organisationId, 'machineModel', { code, name, manufacturer, componentTypes });
};
const ofModel = async ({ machineId }: Wearing, machineModelId: Id<'machineModel'>): Promise<void> => {
  const machine = needed(await world.records.get('machine', tenant.organisationId, machineId), 'machine');
  await world.records.transact((tx) => tx.update('machine', { ...machine, machineModelId }));
};

/** Lives on row by row, forecast at each, until the bearing fails. */
const untilFailure = async (machine: Wearing, rows: number) => {
  for (let row = 0; row < rows; row += 8) {
    await machine.live(8);
    await forecast();
  }
  const component = needed(await world.records.get('component', tenant.organisationId, machine.componentId), 'part');
  const period = { ...component.period, toMs: world.time.nowMs };
  await world.records.transact((tx) => tx.update('component', { ...component, period, endedBy: 'failure' }));
};

describe('a new version', () => {
  it('forecasts beside the one in service and moves nobody', async () => {
    await intoService(await version(1));
    const shadow = await version(2);
    const machine = await newMachine('P-1');
    await machine.live(100);
    expect(await forecast()).toBe(1);
    expect(await list('shadowForecast')).toMatchObject([{ forecastModelId: shadow.id, abstainReason: null }]);
    expect(await forecast()).toBe(0);
    expect(await list('shadowForecast')).toHaveLength(1);
    const [shown] = await list('forecast');
    expect(shown?.forecastModelId).not.toBe(shadow.id);
  });

  it('is all that speaks in the shadow mode of a fleet, until a named person puts it into service', async () => {
    const fanId = await newModel('fan');
    const first = await version(1, summary, 'fan');
    const machine = await newMachine('F-1');
    await ofModel(machine, fanId);
    await machine.live(100);
    expect(await forecast()).toBe(0);
    expect(await recommendOnce()).toBe(0);
    expect(await list('shadowForecast')).toHaveLength(1);
    await intoService(first);
    expect(await forecast()).toBe(1);
    expect(await recommendOnce()).toBe(1);
    expect((await list('modelStep')).at(-1)).toMatchObject({ stage: 'inService', personId });
  });

  it('sends the one before it into retirement, and cannot come back by itself', async () => {
    const [one, two] = [await version(1), await version(2)];
    await expect(intoService(one)).rejects.toMatchObject({ code: 'CONFLICT' });
    await intoService(two);
    const three = await version(3);
    await intoService(three);
    await expect(intoService(two)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await list('modelStep')).filter(({ stage }) => stage === 'retired')).toMatchObject([
      { forecastModelId: one.id },
      { reason: 'replaced', personId },
      { forecastModelId: two.id, reason: 'replaced', personId },
    ]);
  });
});

describe('a model file that is missing', () => {
  it('takes the forecasts of its own machines only', async () => {
    const fanId = await newModel('fan');
    await intoService(await version(1));
    const lost = await version(7, summary, 'fan');
    await intoService(lost);
    const [well, ill] = [await newMachine('P-1'), await newMachine('F-1')];
    await ofModel(ill, fanId);
    await well.live(40);
    await ill.live(40);
    await rm(join(dir, lost.file));
    deps = { ...deps, models: new ModelFiles(dir) };
    await expect(forecast()).rejects.toThrow('1 forecast model(s) cannot be read');
    expect(await list('forecast')).toMatchObject([{ machineId: well.machineId }]);
  });
});

describe('a forecast', () => {
  it('says what a technician reads, and which past failures looked alike', async () => {
    await intoService(await version(1));
    const machines: Wearing[] = [];
    for (const n of [1, 2, 3, 4, 5]) machines.push(await newMachine(`P-${n}`, n === 1 ? 110 : 400));
    for (const machine of machines) await machine.live(100);
    await forecast();
    const worn = (await list('forecast')).find(({ machineId }) => machineId === machines[0]?.machineId);
    const driver = worn?.drivers.find(({ point, effect }) => point === 'vibration' && effect === 'shortens');
    const reading = needed(driver?.reading, 'reading');
    expect(reading).toMatchObject({ unit: '1', peers: { machines: 4 } });
    expect(reading.ownNormal).toBeCloseTo(1, 1);
    expect(reading.now).toBeGreaterThan(2);
    expect(reading.peers?.median).toBeCloseTo(1, 1);
    expect(reading.earlier).toMatchObject({ daysAgo: (30 * rowHours) / 24 });
    expect(worn?.similarFailures?.length).toBeGreaterThan(0);
    for (const { leftDays, lifeDays } of worn?.similarFailures ?? []) expect(leftDays).toBeLessThan(0.4 * lifeDays);
  });
});

describe('scores', () => {
  it('tell once what the forecasts of an ended life were worth, for the version in service and the one in shadow', async () => {
    await intoService(await version(1));
    const shadow = await version(2);
    await untilFailure(await newMachine('P-1'), 120);
    expect(await scoreForecasts(deps, tenant.organisationId)).toBe(2);
    expect(await scoreForecasts(deps, tenant.organisationId)).toBe(0);
    const scores = await list('forecastScore');
    for (const { life } of scores) {
      expect(life).toMatchObject({ endedBy: 'failure', alert: 'caught' });
      expect((life?.inside80 ?? 0) / (life?.forecasts ?? 1)).toBeGreaterThan(0.5);
    }
    const own = scores.find(({ forecastModelId }) => forecastModelId === shadow.id)?.life?.against;
    // The same model by another name: it can be neither better nor worse.
    expect(own?.own).toBeCloseTo(own?.its ?? Number.NaN, 9);
  });

  it('count the forecasts of a running life once their horizon is over', async () => {
    await intoService(await version(1));
    const machine = await newMachine('P-1', 400);
    for (let row = 0; row < 40; row += 2) {
      await machine.live(2);
      await forecast();
    }
    expect(await scoreForecasts(deps, tenant.organisationId)).toBeGreaterThan(0);
    expect(await scoreForecasts(deps, tenant.organisationId)).toBe(0);
    const [score] = await list('forecastScore');
    expect(score?.life).toBeNull();
    const week = score?.horizons.find(({ horizonDays }) => horizonDays === 7);
    expect(week?.bins.reduce((sum, { forecasts }) => sum + forecasts, 0)).toBe(1);
    expect(week?.bins.reduce((sum, { failures }) => sum + failures, 0)).toBe(0);
  });
});

describe('recommendations', () => {
  const shareOf = (value: number) => ({ value, low: value - 0.08, high: value + 0.08, n: 120 });
  const heldOut = (alertRecall: number): Reliability => ({
    ...{ machines: 24, lives: 24, failures: 24, coverage80: null, coverage90: null, horizons: [], lead: null },
    alertPrecision: shareOf(0.9),
    alertRecall: shareOf(alertRecall),
  });
  const measured = (alertRecall: number): TrainingSummary => ({
    ...summary,
    components: summary.components.map((one) => ({ ...one, heldOut: heldOut(alertRecall) })),
  });

  it('do not come of forecasts below the floor, which are advisory only', async () => {
    await intoService(await version(1, measured(0.55)));
    await (await newMachine('P-1')).live(100);
    await forecast();
    expect(await recommendOnce()).toBe(0);
    await intoService(await version(2, measured(0.75)));
    await forecast();
    expect(await recommendOnce()).toBe(1);
  });

  it('wait where the budget of the week is used, the least certain first, until there is room', async () => {
    await intoService(await version(1));
    const [pump] = await list('machineModel');
    const policy = {
      machineModelId: needed(pump, 'model').id,
      personId,
      criteria: {
        ...{ leastDays: 1, leastFailures: 1, alertPrecision: 0, alertRecall: 0 },
        coverage80: { low: 0, high: 1 },
      },
      recommendationsPerWeek: 1,
      approvedAheadUntilMs: null,
    };
    await world.add(tenant.organisationId, 'modelPolicy', policy);
    const machines = [await newMachine('P-1', 135), await newMachine('P-2', 104)];
    for (const machine of machines) await machine.live(100);
    await forecast();
    expect(await recommendOnce()).toBe(2);
    const states = async () =>
      new Map((await list('recommendation')).map(({ machineId, state }) => [machineId, state]));
    const [less, more] = machines.map(({ machineId }) => machineId);
    expect([(await states()).get(needed(more, 'id')), (await states()).get(needed(less, 'id'))]).toEqual([
      'open',
      'waiting',
    ]);
    world.time.nowMs += 8 * dayMs;
    await recommendOnce();
    expect((await states()).get(needed(less, 'id'))).toBe('open');
  });
});

describe('the night', () => {
  const night = (seen: TrainingJob[] = []) =>
    tendModels(
      {
        ...deps,
        train: async (job) => {
          seen.push(job);
          return { model: { ...model, seed: 99 }, summary };
        },
      },
      tenant.organisationId,
      { seed: 1, budgetMs: 1_000 },
    );

  /** Ended lives on as many machines, of which the version in shadow made so much of the loss of the other. */
  const livesWith = async (shadow: RecordOf<'forecastModel'>, present: RecordOf<'forecastModel'>, loss: number) => {
    const { organisationId } = tenant;
    for (let n = 0; n < 12; n++)
      await world.add(organisationId, 'forecastScore', {
        machineModelId: shadow.machineModelId,
        machineId: newId('machine', deps.random),
        componentId: newId('component', deps.random),
        componentCode: 'bearing',
        forecastModelId: shadow.id,
        horizons: [],
        scoredUntilMs: startMs,
        life: {
          ...{ endedAtMs: startMs + n, endedBy: 'failure', forecasts: 10, alert: 'caught', leadDays: 9 },
          ...{ inside80: 8, outside80: 2, inside90: 9, outside90: 1 },
          against: { forecastModelId: present.id, own: loss, its: 1 },
        },
      });
  };

  const pair = async () => {
    const present = await version(1);
    await intoService(present);
    return { present, shadow: await version(2) };
  };
  const stageOf = async ({ id }: RecordOf<'forecastModel'>) =>
    (await list('modelStep')).findLast(({ forecastModelId }) => forecastModelId === id);

  it('retires a version that is worse', async () => {
    const { present, shadow } = await pair();
    await livesWith(shadow, present, 4);
    await night();
    expect(await stageOf(shadow)).toMatchObject({ stage: 'retired', reason: 'worse' });
  });

  it('leaves it to a person to put a better one into service, unless one has approved that beforehand', async () => {
    const { present, shadow } = await pair();
    await livesWith(shadow, present, 0.3);
    await night();
    expect(await stageOf(shadow)).toMatchObject({ stage: 'shadow' });
    await world.add(tenant.organisationId, 'modelPolicy', {
      machineModelId: shadow.machineModelId,
      personId,
      criteria: {
        ...{ leastDays: 1, leastFailures: 1, alertPrecision: 0, alertRecall: 0 },
        coverage80: { low: 0, high: 1 },
      },
      recommendationsPerWeek: null,
      approvedAheadUntilMs: world.time.nowMs + dayMs,
    });
    await night();
    expect(await stageOf(shadow)).toMatchObject({ stage: 'inService', reason: 'better', personId });
    expect(await stageOf(present)).toMatchObject({ stage: 'retired', reason: 'replaced' });
  });

  it('trains anew once enough has failed, with our own machines in the history', async () => {
    const record = await version(1);
    await intoService(record);
    const machines: Wearing[] = [];
    for (const n of [1, 2, 3]) machines.push(await newMachine(`P-${n}`));
    for (const machine of machines) {
      await machine.live(120);
      await untilFailure(machine, 0);
    }
    for (const { machineId } of machines) {
      const ownerId = needed(tenant.ownerIds[0], 'owner');
      const period = { fromMs: startMs, toMs: null };
      await world.add(tenant.organisationId, 'machineOwnership', { machineId, ownerId, period });
      await world.add(tenant.organisationId, 'dataLicence', { ownerId, purposes: ['fleetTraining'], period });
    }
    const seen: TrainingJob[] = [];
    expect(await night(seen)).toMatchObject({ trained: 1 });
    const names = seen[0]?.history.machines.map(({ machine }) => machine);
    expect(names).toEqual(expect.arrayContaining(['past-0', ...machines.map(({ machineId }) => machineId)]));
    expect(seen[0]?.present?.hash).toBe(record.modelHash);
    expect(await list('modelCheck')).toMatchObject([{ retrain: expect.any(String), forecastModelId: record.id }]);
    expect(await night(seen)).toMatchObject({ trained: 0 });
  });
});

describe('held-out machines', () => {
  it('say what the forecasts of unseen machines are worth, and hold a new model against the one in service', () => {
    const rule = { horizon: 28 * 24, probability: 0.5, inARow: 3 };
    const [bearing] = scoreHeldOut(training, history, {
      ruleOf: () => rule,
      // Those that taught the model in service prove nothing.
      present: { model, taughtBy: new Set(summary.taughtBy.slice(12)) },
    });
    expect(bearing?.sources).toHaveLength(24);
    // The present model has seen these very machines, the ones held out have not: it cannot be beaten here.
    const better = bearing?.pairs.filter(({ present, candidate }) => candidate < present).length ?? 12;
    expect(bearing?.pairs).toHaveLength(12);
    expect(better).toBeLessThan(6);
  });
});
