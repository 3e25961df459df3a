import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { isoOf, type ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { FleetPageView } from '@kuluma/shared/model/views/fleet.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
let keys = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  tenant = await world.tenant({ machines: 1, technicians: 2 });
});

const idOf = () => tenant.recommendationIds[0] ?? '';
const key = () => ({ idempotencyKey: `key-${++keys}-of-the-desk` });

const read = async (): Promise<DecisionView> =>
  (await tenant.planner.get(apiPaths.decision(tenant.organisationId, idOf()))).body as DecisionView;
const send = async (path: 'approve' | 'reject' | 'postpone' | 'undoDecision', body: object) => {
  const { version } = await read();
  const url = apiPaths[path](tenant.organisationId, idOf());
  return tenant.planner.post(url, { ...key(), ...body }, { 'if-match': `"${version}"` });
};
const codeOf = ({ body }: { body: unknown }) => (body as ProblemView).code;
const stored = () => world.records.get('recommendation', tenant.organisationId, idOf());

describe('a decision that is put off', () => {
  it('is kept with its person and its reason, and comes back when it is taken back', async () => {
    const untilAt = isoOf(world.time.nowMs + 2 * dayMs);
    const { body } = await send('postpone', { untilAt, reason: 'holiday shutdown' });
    expect(body).toMatchObject({
      state: 'postponed',
      postponedUntilAt: untilAt,
      decided: { decision: 'postpone', reason: 'holiday shutdown', canUndo: true },
    });
    expect((await send('approve', { planMark: 'any' })).status).toBe(409);
    expect((await send('undoDecision', {})).body).toMatchObject({
      state: 'open',
      decided: null,
      postponedUntilAt: null,
    });
    const kept = await world.records.list('approval', tenant.organisationId);
    expect(kept.map(({ decision }) => decision)).toEqual(['postpone', 'undo']);
  });

  it('never waits longer than its window, nor for a day that is past', async () => {
    const { windowToAt } = await read();
    for (const untilMs of [Date.parse(windowToAt) + hourMs, world.time.nowMs - hourMs])
      expect(codeOf(await send('postpone', { untilAt: isoOf(untilMs), reason: '' }))).toBe('INPUT_INVALID');
    expect((await stored())?.state).toBe('open');
  });
});

describe('a decision that is taken back', () => {
  it('leaves nothing of its offer: times, parts and letter are as before', async () => {
    const { planMark } = await read();
    expect((await send('approve', { planMark })).body).toMatchObject({ state: 'approved', decided: { canUndo: true } });
    const [movements, holds] = [
      await world.records.list('stockMovement', tenant.organisationId),
      await world.records.list('slotHold', tenant.organisationId),
    ];
    expect(holds.length).toBeGreaterThan(0);
    expect((await send('undoDecision', {})).body).toMatchObject({ state: 'open', offer: null, decided: null });
    const released = await world.records.list('slotHold', tenant.organisationId);
    expect(released.every(({ state }) => state === 'released')).toBe(true);
    const sum = (list: readonly { quantity: number }[]) => list.reduce((total, { quantity }) => total + quantity, 0);
    const after = await world.records.list('stockMovement', tenant.organisationId);
    expect(sum(after)).toBe(sum(movements.filter(({ reason }) => reason === 'count')));
    expect(await world.records.list('message', tenant.organisationId)).toMatchObject([
      { state: 'cancelled', reason: 'undone' },
    ]);
    expect((await tenant.owners[0]?.get(apiPaths.offers(tenant.organisationId)))?.body).toEqual([]);
    const page = await tenant.planner.get(apiPaths.fleet(tenant.organisationId));
    expect((page.body as FleetPageView).rows[0]?.openOfferState).toBeNull();
    expect((await send('approve', { planMark: (await read()).planMark })).status).toBe(200);
  });

  it('is refused once the letter was tried: the owner may know', async () => {
    await send('approve', { planMark: (await read()).planMark });
    await world.records.transact(async (tx) => {
      for (const message of await tx.list('message', tenant.organisationId))
        await tx.update('message', { ...message, state: 'sending', attempts: 1 });
    });
    expect((await read()).decided?.canUndo).toBe(false);
    expect(codeOf(await send('undoDecision', {}))).toBe('CONFLICT');
  });

  it('may be a no', async () => {
    await send('reject', { reason: 'the machine is being sold' });
    expect((await read()).decided).toMatchObject({ decision: 'reject', canUndo: true });
    expect((await send('undoDecision', {})).body).toMatchObject({ state: 'open' });
    expect(codeOf(await send('undoDecision', {}))).toBe('CONFLICT');
  });
});

describe('an approval of some of the times', () => {
  it('offers those, at the price that the person saw', async () => {
    const { planMark, slots, total } = await read();
    expect(slots.length).toBeGreaterThan(1);
    await send('approve', { planMark, offeredSlots: [1] });
    const seen = await tenant.owners[0]?.get(apiPaths.offers(tenant.organisationId));
    const offer = (seen?.body as OfferView[] | undefined)?.[0];
    expect(offer?.slots.map(({ arrivalFromAt }) => arrivalFromAt)).toEqual([slots[1]?.arrivalFromAt]);
    expect(offer?.total).toEqual(total);
  });
});
