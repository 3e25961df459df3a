import { randomUUID } from 'node:crypto';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { holdSlots } from '@kuluma/cloud/pipelines/make-offers.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type {
  BoardChangedView,
  BoardCopyView,
  BoardQuoteView,
  BoardView,
  BoardVisitView,
} from '@kuluma/shared/model/views/board.ts';
import type { DayView, OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, type Caller, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
const iso = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 4, technicians: 3 });
  await world.records.transact(async (tx) => {
    for (const one of await tx.list('recommendation', ours.organisationId))
      await tx.update('recommendation', { ...one, second: { skills: [] } });
  });
});
afterAll(() => world.stop());

const holds = () => world.records.list('slotHold', ours.organisationId);
const visits = () => world.records.list('visit', ours.organisationId);
const board = async (): Promise<BoardView> => {
  const days = `fromAt=${iso(startMs - dayMs)}&toAt=${iso(startMs + 21 * dayMs)}`;
  return (await ours.planner.get(`${apiPaths.board(ours.organisationId)}?${days}`)).body as BoardView;
};
const entry = async (visitId: string): Promise<BoardVisitView | undefined> =>
  (await board()).visits.find(({ entryId }) => entryId === visitId);
const change = async (what: object, confirmed = true) => {
  const { mark } = await board();
  return ours.planner.post(apiPaths.boardSteps(ours.organisationId), {
    ...{ idempotencyKey: randomUUID(), mark, change: what, confirmed },
  });
};
const undo = async () => {
  const { mark } = await board();
  return ours.planner.post(apiPaths.boardUndo(ours.organisationId), { idempotencyKey: randomUUID(), mark });
};
const asTechnician = async (technicianId: string): Promise<Caller> => {
  const technician = await world.records.get('technician', ours.organisationId, technicianId);
  const who = { organisationId: ours.organisationId, personId: technician?.personId ?? null, contactId: null };
  return world.signIn(await createSignInLink(world.deps, { ...who, roles: ['technician'] }, hourMs));
};
/** Who is blocked twice at a time. */
const clashes = async () => {
  const blocking = (await holds()).filter(({ state }) => state !== 'released');
  return blocking.filter((one, i) =>
    blocking.some(
      (other, j) =>
        j < i &&
        one.technicianId === other.technicianId &&
        one.busyFromMs < other.busyToMs &&
        other.busyFromMs < one.busyToMs,
    ),
  );
};
const book = async (n: number): Promise<RecordOf<'visit'>> => {
  await approveOffer(ours, n);
  const owner = ours.owners[n % 2];
  const offers = (await owner?.get(apiPaths.offers(ours.organisationId)))?.body as OfferView[];
  const offer = offers.find(({ state }) => state === 'sent');
  expect(offer?.slots[0]?.technicianName).toMatch(/^Technician \d, Technician \d$/);
  const reply = await owner?.post(
    apiPaths.offerAnswer(ours.organisationId, offer?.offerId ?? ''),
    { idempotencyKey: randomUUID(), answer: 'accept', slotId: offer?.slots[0]?.slotId },
    { 'if-match': `"${offer?.version}"` },
  );
  expect(reply?.status, JSON.stringify(reply?.body)).toBe(200);
  return (await visits()).at(-1) as RecordOf<'visit'>;
};

it('holds both technicians of each time that it offers, and both days show the visit once it is booked', async () => {
  const visit = await book(0);
  const { second } = visit.slot;
  expect(visit.secondTechnicianId).toBe(second?.technicianId);
  expect(second?.technicianId).not.toBe(visit.technicianId);
  const own = (await holds()).filter(({ slotId }) => slotId === visit.slot.id);
  expect(own.map(({ technicianId, state }) => [technicianId, state])).toEqual([
    [visit.technicianId, 'booked'],
    [second?.technicianId, 'booked'],
  ]);
  expect(await entry(visit.id)).toMatchObject({ secondTechnicianId: second?.technicianId, conflicts: [] });
  const caller = await asTechnician(second?.technicianId ?? '');
  const day = (await caller.get(apiPaths.day(ours.organisationId))).body as DayView;
  expect(day.visits.map(({ visitId }) => visitId)).toEqual([visit.id]);
  expect(day.visits[0]?.companionName).toMatch(/^Technician/);
});

it('lets one of two offers have a technician who would have to be at both, in either part, and blocks nothing for the other', async () => {
  const [visit] = await visits();
  const [offer] = await world.records.list('offer', ours.organisationId);
  if (!visit?.slot.second || !offer) throw new Error('nothing is booked');
  const { technicianId, second } = visit.slot;
  const at = { busyFromMs: startMs + 300 * dayMs, busyToMs: startMs + 300 * dayMs + hourMs };
  const third = (await world.records.list('technician', ours.organisationId)).find(
    ({ id }) => id !== technicianId && id !== second.technicianId,
  );
  if (!third) throw new Error('there are three');
  const teams = [
    [technicianId, second.technicianId],
    [third.id, technicianId],
  ] as const;
  const offers = teams.map(([first, other], i): RecordOf<'offer'> => {
    const base = freshBase('offer', { ...offer, nowMs: startMs, random: world.deps.random });
    const slot = { ...visit.slot, id: `slt_${String(i).padStart(26, '0')}` as Id<'slot'>, technicianId: first, ...at };
    return { ...offer, ...base, slots: [{ ...slot, second: { ...second, technicianId: other, ...at } }] };
  });
  const held = await Promise.allSettled(
    offers.map((one) =>
      world.records.transact((tx) => holdSlots(tx, one, { ...one, nowMs: startMs, random: world.deps.random })),
    ),
  );
  expect(held.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await clashes()).toEqual([]);
  // Who was not at the first one is free.
  const free = held[0]?.status === 'fulfilled' ? third.id : second.technicianId;
  const [hold] = await holds();
  if (!hold) throw new Error('nothing is held');
  const base = freshBase('slotHold', { ...hold, nowMs: startMs, random: world.deps.random });
  await world.records.transact((tx) => tx.occupy({ ...hold, ...base, technicianId: free, ...at }));
  for (const one of (await holds()).filter(({ busyFromMs }) => busyFromMs === at.busyFromMs))
    await world.records.transact(async (tx) => tx.vacate(await tx.update('slotHold', { ...one, state: 'released' })));
});

it('moves both together at the price of its quote, and back', async () => {
  const visit = await book(1);
  const before = await holds();
  const asked = { entryId: visit.id, fromAt: iso(startMs), toAt: iso(startMs + 14 * dayMs) };
  const { days } = (await ours.planner.post(apiPaths.boardPlaces(ours.organisationId), asked)).body as {
    days: { technicianId: string; spans: { fromAt: string; differenceCents: number[] }[] }[];
  };
  const [, , , , , far] = days.filter(({ spans }) => spans.length > 0);
  const [span] = far?.spans ?? [];
  const to = { technicianId: far?.technicianId, startAt: span?.fromAt };
  const moved = await change({ kind: 'move', visitId: visit.id, ...to });
  expect(moved.status, JSON.stringify(moved.body)).toBe(200);
  const { diff } = moved.body as BoardChangedView;
  expect(Math.abs(diff.costAfterCents - diff.costBeforeCents - (span?.differenceCents[0] ?? 0))).toBeLessThan(10);
  const now = await entry(visit.id);
  expect(now).toMatchObject(to);
  expect(now?.secondTechnicianId).not.toBe(now?.technicianId);
  const own = (await holds()).filter(({ slotId }) => slotId === visit.slot.id);
  expect(own.map(({ technicianId }) => technicianId)).toEqual([now?.technicianId, now?.secondTechnicianId]);
  expect(await clashes()).toEqual([]);
  expect((await undo()).status).toBe(200);
  const plain = (all: Awaited<ReturnType<typeof holds>>) => all.map(({ version: _, ...hold }) => hold);
  expect(plain(await holds())).toEqual(plain(before));
});

it('takes whom the planner chose to come along, of all who can with their prices, or says why they cannot', async () => {
  const visit = (await visits()).find(({ state, secondTechnicianId }) => state === 'booked' && secondTechnicianId);
  const now = await entry(visit?.id ?? '');
  const at = { technicianId: now?.technicianId, startAt: now?.startAt };
  const quotes = apiPaths.boardQuotes(ours.organisationId);
  const quote = (await ours.planner.post(quotes, { entryId: visit?.id, ...at })).body as BoardQuoteView;
  const [cheapest, other] = quote.seconds;
  expect(quote.seconds.map(({ technicianId }) => technicianId)).not.toContain(now?.technicianId);
  expect(quote.secondTechnicianId).toBe(cheapest?.technicianId);
  expect(cheapest?.differenceCents).toBe(quote.difference?.costCents);
  expect(other?.differenceCents ?? Number.NaN).toBeGreaterThanOrEqual(cheapest?.differenceCents ?? Number.NaN);
  const move = (secondTechnicianId: string | undefined) =>
    change({ kind: 'move', visitId: visit?.id, ...at, secondTechnicianId });
  const moved = await move(other?.technicianId);
  expect(moved.status, JSON.stringify(moved.body)).toBe(200);
  const { diff } = moved.body as BoardChangedView;
  expect(Math.abs(diff.costAfterCents - diff.costBeforeCents - (other?.differenceCents ?? 0))).toBeLessThan(10);
  expect(await entry(visit?.id ?? '')).toMatchObject({ ...at, secondTechnicianId: other?.technicianId });
  expect(await clashes()).toEqual([]);
  expect((await move(now?.technicianId)).status).toBe(400);
  expect((await move('tec_00000000000000000000000000')).status).toBe(404);
  expect((await undo()).status).toBe(200);
});

it('finds somebody else to come along when the second one is ill, and gives the first ones back when that is undone', async () => {
  const [visit] = await visits();
  const onDay = iso(visit?.slot.startMs ?? 0).slice(0, 10);
  const away = { kind: 'away', technicianId: visit?.secondTechnicianId, fromOn: onDay, toOn: onDay };
  expect((await change(away)).status).toBe(409);
  const { mark } = await board();
  const body = { mark, changes: [away], repair: 200 };
  const copy = (await ours.planner.post(apiPaths.boardCopies(ours.organisationId), body)).body as BoardCopyView;
  expect(copy.unplanned).toEqual([]);
  expect(copy.diff.moves.map(({ entryId }) => entryId)).toContain(visit?.id);
  const taken = await ours.planner.post(apiPaths.boardTake(ours.organisationId, copy.copyId), {
    ...{ idempotencyKey: randomUUID(), mark, confirmed: true },
  });
  expect(taken.status, JSON.stringify(taken.body)).toBe(200);
  const now = await entry(visit?.id ?? '');
  expect(now?.conflicts).toEqual([]);
  expect([now?.secondTechnicianId, now?.startAt]).not.toEqual([
    visit?.secondTechnicianId,
    iso(visit?.slot.startMs ?? 0),
  ]);
  expect(await clashes()).toEqual([]);
  expect((await undo()).status).toBe(200);
  expect(await entry(visit?.id ?? '')).toMatchObject({ secondTechnicianId: visit?.secondTechnicianId });
});

it('lets both go when the visit is cancelled', async () => {
  const [visit] = await visits();
  const cancelled = await change({ kind: 'cancel', visitId: visit?.id, reason: 'the line is closed' });
  expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200);
  const own = (await holds()).filter(({ slotId }) => slotId === visit?.slot.id);
  expect(own.map(({ state }) => state)).toEqual(['released', 'released']);
});

it('lets the second one set out, and no third one', async () => {
  const visit = (await visits()).find(({ state }) => state === 'booked');
  const caller = await asTechnician(visit?.secondTechnicianId ?? '');
  const url = apiPaths.visitProgress(ours.organisationId, visit?.id ?? '');
  const headers = { 'if-match': `"${visit?.version}"` };
  const reply = await caller.post(url, { idempotencyKey: randomUUID(), state: 'onTheWay' }, headers);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  const third = (await world.records.list('technician', ours.organisationId)).find(
    ({ id }) => id !== visit?.technicianId && id !== visit?.secondTechnicianId,
  );
  const stranger = await asTechnician(third?.id ?? '');
  const refused = await stranger.post(url, { idempotencyKey: randomUUID(), state: 'working' }, headers);
  expect(refused.status).toBe(404);
});

it('sends two to an urgent repair that takes two', async () => {
  await world.records.transact(async (tx) => {
    for (const model of await tx.list('machineModel', ours.organisationId)) {
      const componentTypes = model.componentTypes.map((type) => ({ ...type, second: { skills: [] } }));
      await tx.update('machineModel', { ...model, componentTypes });
    }
  });
  const urgent = {
    ...{ kind: 'urgent', machineId: ours.machineIds[3], componentId: ours.componentIds[3], action: 'replace' },
    ...{ durationMin: 60, skills: [], latestAt: iso(startMs + 10 * dayMs), place: null, reason: 'it shakes' },
  };
  const came = await change(urgent);
  expect(came.status, JSON.stringify(came.body)).toBe(200);
  const visit = (await visits()).at(-1);
  expect(visit?.slot.second?.technicianId).toBe(visit?.secondTechnicianId);
  expect(visit?.secondTechnicianId).not.toBe(visit?.technicianId);
  expect(await clashes()).toEqual([]);
});
