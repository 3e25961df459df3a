import { ModelFiles } from '@kuluma/cloud/adapters/model-files/model-files.ts';
import { forecastFleet } from '@kuluma/cloud/pipelines/forecast-fleet.ts';
import { ForecastMemory } from '@kuluma/cloud/pipelines/forecast-memory.ts';
import { needed } from '@kuluma/cloud/pipelines/lookup.ts';
import type { PipelineDeps } from '@kuluma/cloud/pipelines/pipeline-deps.ts';
import { recommendLooks } from '@kuluma/cloud/pipelines/recommend-looks.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { DecisionsView, DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { FleetPageView } from '@kuluma/shared/model/views/fleet.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from '../contract/http-tenant.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';

/** Machines of which nothing was ever forecast: their state is followed from their own baseline. */

let world: World;
let tenant: Tenant;
let deps: PipelineDeps;
let memory: ForecastMemory;
/** Of which no forecaster was ever trained. */
let plainModelId: Id<'machineModel'>;

beforeAll(async () => {
  world = await createWorld();
  deps = { ...world.deps, models: new ModelFiles('none'), codeVersion: 'test' };
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.time.nowMs = startMs;
  memory = new ForecastMemory();
  tenant = await world.tenant({ machines: 0, technicians: 1 });
  const [machineModel] = await world.records.list('machineModel', tenant.organisationId);
  const { name, manufacturer, componentTypes } = needed(machineModel, 'machine model');
  const plain = { code: 'plain-pump', name, manufacturer, componentTypes };
  plainModelId = await world.add(tenant.organisationId, 'machineModel', plain);
});

const ownerId = () => needed(tenant.ownerIds[0], 'owner');

const week = 7 * 24;

/** A pump whose flow follows its pressure, measured by the hour; `low` m3/h are missing from an hour on. */
const newPump = async (seed: number, lowFrom = Number.POSITIVE_INFINITY, low = 4) => {
  const { organisationId } = tenant;
  const machineId = await world.add(organisationId, 'machine', {
    machineModelId: plainModelId,
    tag: `Q-${seed}`,
    serialNumber: '',
    commissionedAtMs: startMs,
  });
  const period = { fromMs: startMs, toMs: null };
  const siteId = needed((await world.records.list('site', organisationId))[0], 'site').id;
  await world.add(organisationId, 'machinePlacement', { machineId, siteId, period });
  await world.add(organisationId, 'machineOwnership', { machineId, ownerId: ownerId(), period });
  await world.add(organisationId, 'component', { machineId, componentCode: 'bearing', period, endedBy: null });
  const sensor = (name: string, unit: 'bar' | 'm3/h') =>
    world.add(organisationId, 'measurementPoint', { machineId, name, role: 'sensor', unit, alarmLimit: null });
  const [pressure, flow] = [await sensor('pressure', 'bar'), await sensor('flow', 'm3/h')];
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  let hour = 0;
  return {
    machineId,
    async run(hours: number) {
      const samples = [];
      for (const end = hour + hours; hour < end; hour++) {
        const bar = 6 + 0.5 * noise();
        const sampledAtMs = startMs + hour * hourMs + hourMs / 2;
        const isLow = hour >= lowFrom;
        samples.push({ pointId: pressure, sampledAtMs, value: bar, quality: 'good' as const });
        const value = 10 + 5 * bar + 0.5 * noise() - (isLow ? low : 0);
        samples.push({ pointId: flow, sampledAtMs, value, quality: 'good' as const });
      }
      const key = { gatewayId: machineId, epoch: 1, class: 'live', seq: hour } as const;
      await world.timeSeries.write([{ organisationId, key, samples: columnsOf(samples) }]);
      world.time.nowMs = startMs + hour * hourMs;
    },
  };
};

const round = async () => {
  await forecastFleet(deps, tenant.organisationId, memory);
  return recommendLooks(deps, tenant.organisationId);
};
const statesOf = (machineId: Id<'machine'>) =>
  world.records.list('machineState', tenant.organisationId, { where: { machineId } });
const looks = async () =>
  (await world.records.list('recommendation', tenant.organisationId)).filter(
    ({ machineStateId }) => machineStateId !== undefined,
  );
const viewOf = async (machineId: Id<'machine'>) =>
  (await tenant.planner.get(apiPaths.machine(tenant.organisationId, machineId))).body as MachineView;

describe('the state of a machine without a forecast', () => {
  it('is unknown, then normal, and is told once', async () => {
    const pump = await newPump(1);
    await pump.run(week);
    await round();
    expect((await viewOf(pump.machineId)).state).toMatchObject({ state: 'unknown', unknown: 'baselineShort' });
    await pump.run(2 * week);
    await round();
    await round();
    await pump.run(week);
    await round();
    expect(await statesOf(pump.machineId)).toMatchObject([{ state: 'unknown' }, { state: 'normal', reasons: [] }]);
    expect(await looks()).toEqual([]);
  });

  it('changes with a fault, since when it began, and asks for a look that tells the reason in its unit', async () => {
    const pump = await newPump(2, 3 * week);
    await pump.run(3 * week);
    await round();
    await pump.run(100);
    expect(await round()).toBe(1);
    expect(await round()).toBe(0);
    const [, changed] = await statesOf(pump.machineId);
    expect(changed).toMatchObject({ state: 'changed' });
    expect(changed?.sinceMs).toBeGreaterThan(startMs + 3 * week * hourMs);
    expect(changed?.sinceMs).toBeLessThan(startMs + (3 * week + 24) * hourMs);
    const view = await viewOf(pump.machineId);
    expect(view.state?.reasons[0]).toMatchObject({ point: 'flow', unit: 'm3/h', kind: 'level' });
    expect(view.state?.reasons[0]?.amount).toBeLessThan(-2);
    expect(view.events).toContainEqual(
      expect.objectContaining({ kind: 'state', code: 'changed', at: view.state?.since }),
    );
    const [look] = await looks();
    expect(look).toMatchObject({ state: 'open', action: 'inspect', bom: [], forecastId: null, riskOfWaiting: [] });
    const o = tenant.organisationId;
    const card = (await tenant.planner.get(apiPaths.decision(o, look?.id ?? ''))).body as DecisionView;
    expect(card).toMatchObject({ forecast: null, machineState: view.state });
    expect(card.slots.length).toBeGreaterThan(0);
    expect(view).toMatchObject({ healthGrade: 'watch', isNotAsUsual: true });
    const fleet = (await tenant.planner.get(apiPaths.fleet(o))).body as FleetPageView;
    expect(fleet.rows).toMatchObject([
      { healthGrade: 'watch', isNotAsUsual: true, rulDays: null, openRecommendationId: look?.id },
    ]);
    const list = (await tenant.planner.get(apiPaths.decisions(o))).body as DecisionsView;
    expect(list.items).toContainEqual(expect.objectContaining({ recommendationId: look?.id, healthGrade: 'watch' }));
  });

  it('is followed and looked at no longer once the machine has ended', async () => {
    const pump = await newPump(2, 3 * week);
    await pump.run(3 * week + 100);
    await round();
    expect(memory.states.size).toBe(1);
    expect(await looks()).toMatchObject([{ state: 'open' }]);
    const { organisationId } = tenant;
    await world.records.transact(async (tx) => {
      const machine = needed(await tx.get('machine', organisationId, pump.machineId), 'machine');
      await tx.update('machine', { ...machine, endedAtMs: world.time.nowMs });
    });
    await round();
    await round();
    expect(memory.states.size).toBe(0);
    expect(await looks()).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('asks for no look once its components are forecast', async () => {
    const pump = await newPump(2, 3 * week);
    const { organisationId } = tenant;
    await pump.run(3 * week + 100);
    await round();
    const [component] = await world.records.list('component', organisationId, { where: { machineId: pump.machineId } });
    // What is not installed has no wear of its own either.
    await world.records.transact((tx) =>
      tx.update('component', {
        ...needed(component, 'component'),
        period: { fromMs: startMs, toMs: world.time.nowMs },
      }),
    );
    await recommendLooks(deps, organisationId);
    expect(await looks()).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('is the same when the service starts anew and learns it from the samples again', async () => {
    const pump = await newPump(3, 3 * week);
    await pump.run(3 * week + 100);
    await round();
    memory = new ForecastMemory();
    await pump.run(5);
    await round();
    expect(await statesOf(pump.machineId)).toMatchObject([{ state: 'changed' }]);
  });

  it('is unknown again when the machine falls silent', async () => {
    const pump = await newPump(7);
    await pump.run(3 * week);
    await round();
    world.time.nowMs += 4 * 24 * hourMs;
    await round();
    await round();
    expect(await statesOf(pump.machineId)).toMatchObject([
      { state: 'normal' },
      { state: 'unknown', unknown: 'silent' },
    ]);
  });

  it('becomes normal again with the machine, and the look is taken back', async () => {
    const pump = await newPump(4, 3 * week);
    const { organisationId } = tenant;
    await pump.run(3 * week + 100);
    await round();
    expect(await looks()).toMatchObject([{ state: 'open' }]);
    await tenant.planner.post(apiPaths.restartBaseline(organisationId, pump.machineId), {
      idempotencyKey: 'restart-1',
    });
    await round();
    expect(await looks()).toMatchObject([{ state: 'withdrawn' }]);
    await pump.run(2 * week + 24);
    await round();
    const states = await statesOf(pump.machineId);
    expect(states.map(({ state }) => state)).toEqual(['changed', 'unknown', 'normal']);
    expect(states[1]?.createdBy).toMatchObject({ kind: 'person' });
    expect(states[2]?.baseline.fromMs).toBe(startMs + (3 * week + 100) * hourMs);
  });

  it('asks for no more looks in a week than the fleet has a budget for', async () => {
    const pumps = [await newPump(5, 3 * week), await newPump(5, 3 * week - 1)];
    for (const pump of pumps) await pump.run(3 * week + 100);
    await round();
    expect((await looks()).map(({ state }) => state).sort()).toEqual(['open', 'waiting']);
    for (const pump of pumps) await pump.run(week);
    await round();
    expect((await looks()).map(({ state }) => state)).toEqual(['open', 'open']);
  });

  it('asks for as many looks in a week as the company has said, of all models together', async () => {
    const { organisationId } = tenant;
    const say = async (looksPerWeek: number) =>
      world.records.transact(async (tx) => {
        const company = needed(await tx.get('organisation', organisationId, organisationId), 'organisation');
        await tx.update('organisation', { ...company, looksPerWeek });
      });
    const pumps = [await newPump(5, 3 * week), await newPump(5, 3 * week - 1)];
    await say(0);
    for (const pump of pumps) await pump.run(3 * week + 100);
    await round();
    expect((await looks()).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    await say(2);
    await round();
    expect((await looks()).map(({ state }) => state)).toEqual(['open', 'open']);
  });

  it('is learnt anew after the look, whatever it found; and the next look waits for another change', async () => {
    const pump = await newPump(6, 3 * week);
    const o = tenant.organisationId;
    await pump.run(3 * week + 100);
    await round();
    const look = needed((await looks())[0], 'look');
    const card = (await tenant.planner.get(apiPaths.decision(o, look.id))).body as DecisionView;
    const seen = (version: number) => ({ 'if-match': `"${version}"` });
    const approval = { idempotencyKey: 'approve-1', planMark: card.planMark };
    await tenant.planner.post(apiPaths.approve(o, look.id), approval, seen(card.version));
    const offer = needed((await world.records.list('offer', o))[0], 'offer');
    const yes = { idempotencyKey: 'accept-12', answer: 'accept', slotId: offer.slots[0]?.id };
    await tenant.owners[0]?.post(apiPaths.offerAnswer(o, offer.id), yes, seen(offer.version));
    const visit = needed((await world.records.list('visit', o))[0], 'visit');
    const day = (await tenant.technician.get(apiPaths.day(o))).body as DayView;
    expect(day.visits).toMatchObject([{ action: 'inspect', failureModeCode: null }]);
    world.time.nowMs = visit.slot.endMs;
    const report = {
      ...{ idempotencyKey: 'report-12', findingVerdict: 'nothingFound', finding: 'Clean', minutes: 30 },
      ...{ componentReplaced: false, partsUsed: [] },
    };
    const reply = await tenant.technician.post(apiPaths.visitReport(o, visit.id), report, seen(visit.version));
    expect(reply.body).toMatchObject({ state: 'done' });
    expect(await world.records.list('outcome', o)).toMatchObject([
      { forecastId: null, machineStateId: look.machineStateId, counterfactual: { basis: 'unknown' } },
    ]);
    await round();
    expect(await statesOf(pump.machineId)).toMatchObject([{ state: 'changed' }, { state: 'unknown' }]);
    expect(await looks()).toMatchObject([{ state: 'done' }]);
  });
});
