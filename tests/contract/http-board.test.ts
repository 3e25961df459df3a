import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { recordBookingCosts } from '@kuluma/cloud/pipelines/record-booking-cost.ts';
import { repairHere } from '@kuluma/cloud/pipelines/repair-board.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type {
  BoardChangedView,
  BoardCopyView,
  BoardPlacesView,
  BoardQuoteView,
  BoardStepView,
  BoardView,
  BoardVisitView,
  BoardWhyView,
} from '@kuluma/shared/model/views/board.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, type Caller, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
const iso = (ms: number) => new Date(ms).toISOString();

/** The owner of the n-th machine takes the first time of the offer. */
const book = async (n: number): Promise<void> => {
  await approveOffer(ours, n);
  const owner = ours.owners[n % 2];
  const offers = (await owner?.get(apiPaths.offers(ours.organisationId)))?.body as OfferView[];
  const offer = offers.find(({ state }) => state === 'sent');
  const reply = await owner?.post(
    apiPaths.offerAnswer(ours.organisationId, offer?.offerId ?? ''),
    { idempotencyKey: `answer-${n}-12345`, answer: 'accept', slotId: offer?.slots[0]?.slotId },
    { 'if-match': `"${offer?.version}"` },
  );
  if (reply?.status !== 200) throw new Error(JSON.stringify(reply?.body));
};

const boardUrl = () =>
  `${apiPaths.board(ours.organisationId)}?fromAt=${iso(startMs - dayMs)}&toAt=${iso(startMs + 21 * dayMs)}`;
const board = async (): Promise<BoardView> => {
  const { status, body } = await ours.planner.get(boardUrl());
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as BoardView;
};

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 5, technicians: 3 });
  for (const n of [0, 1, 2]) await book(n);
  await approveOffer(ours, 3);
});
afterAll(() => world.stop());

describe('the board', () => {
  it('shows who works when, what stands where with its ways, and what waits with the best place for it', async () => {
    const view = await board();
    expect(view.technicians.map(({ name }) => name)).toEqual(['Technician 0', 'Technician 1', 'Technician 2']);
    expect(view.technicians[0]?.working.length).toBe(16);
    const visits = view.visits.filter(({ state }) => state === 'booked');
    expect(visits).toHaveLength(3);
    expect(view.visits.filter(({ state, fixedBecause }) => state === 'held' && fixedBecause === 'held')).toHaveLength(
      3,
    );
    for (const visit of view.visits) {
      expect(visit.conflicts).toEqual([]);
      expect(visit.wear?.p10At).toBe(iso(startMs + 8 * dayMs));
    }
    expect(Math.max(...view.visits.map(({ driveBefore }) => driveBefore.minutes))).toBeGreaterThan(5);
    expect(view.unplanned).toHaveLength(1);
    expect(view.unplanned[0]?.best?.difference.costTerms).toHaveProperty('risk');
    expect(view.cost.costCents).toBe(Object.values(view.cost.costTerms).reduce((sum, cents) => sum + cents, 0));
  });

  it('quotes a place as all possible places do, and names what is in the way where there is none', async () => {
    const view = await board();
    const visit = view.visits.find(({ state }) => state === 'booked');
    const ask = { entryId: visit?.entryId, fromAt: iso(startMs), toAt: iso(startMs + 14 * dayMs) };
    const places = (await ours.planner.post(apiPaths.boardPlaces(ours.organisationId), ask)).body as BoardPlacesView;
    expect(places.days.length).toBeGreaterThan(20);
    let asked = 0;
    for (const { technicianId, spans } of places.days.slice(0, 12))
      for (const { fromAt, differenceCents } of spans.slice(0, 1)) {
        const quote = (
          await ours.planner.post(apiPaths.boardQuotes(ours.organisationId), {
            entryId: visit?.entryId,
            technicianId,
            startAt: fromAt,
          })
        ).body as BoardQuoteView;
        expect(quote.isPossible).toBe(true);
        expect(Math.abs((quote.difference?.costCents ?? 0) - (differenceCents[0] ?? 0))).toBeLessThan(5);
        asked++;
      }
    expect(asked).toBeGreaterThan(5);
    const night = {
      entryId: visit?.entryId,
      technicianId: visit?.technicianId,
      startAt: iso(startMs + dayMs + 20 * 3600_000),
    };
    const quote = (await ours.planner.post(apiPaths.boardQuotes(ours.organisationId), night)).body as BoardQuoteView;
    expect(quote.isPossible).toBe(false);
    expect(quote.conflicts.map(({ code }) => code)).toContain('hours');
  });

  it('tells why a visit is where it is', async () => {
    const visit = (await board()).visits.find(({ state }) => state === 'booked');
    const why = (await ours.planner.get(apiPaths.boardWhy(ours.organisationId, visit?.entryId ?? '')))
      .body as BoardWhyView;
    expect(why.here?.costCents).toBeGreaterThan(0);
    expect(why.alternatives.length).toBeGreaterThan(2);
  });
});

/** All records that a step may touch, without what counts their writings. */
const recordsNow = async () => {
  const kinds = ['visit', 'slotHold', 'offer', 'recommendation', 'technician', 'stockMovement'] as const;
  const all = await Promise.all(kinds.map((kind) => world.records.list(kind, ours.organisationId)));
  return all.map((records) => records.map(({ version: _, ...body }) => body));
};
const steps = () => apiPaths.boardSteps(ours.organisationId);
const change = (by: Caller, mark: number, what: BoardChange, confirmed = false) =>
  by.post(steps(), { idempotencyKey: randomUUID(), mark, change: what, confirmed });
const back = (by: Caller, mark: number, act: 'undo' | 'redo') =>
  by.post(act === 'undo' ? apiPaths.boardUndo(ours.organisationId) : apiPaths.boardRedo(ours.organisationId), {
    idempotencyKey: randomUUID(),
    mark,
  });
const colleague = async (): Promise<Caller> => {
  const person = {
    name: 'Outi Other',
    email: 'o@example.com',
    phone: '3',
    language: 'fi',
    roles: ['planner'],
  } as const;
  const personId = await world.add(ours.organisationId, 'person', { ...person, roles: ['planner'] });
  const who = { organisationId: ours.organisationId, personId, contactId: null, roles: ['planner' as const] };
  return world.signIn(await createSignInLink(world.deps, who, 3_600_000));
};
const booked = async (n = 0): Promise<BoardVisitView> => {
  const visit = (await board()).visits.filter(({ state }) => state === 'booked')[n];
  if (!visit) throw new Error('nothing is booked');
  return visit;
};
/** A possible place of a visit far from where it stands. */
const elsewhere = async (visit: BoardVisitView, nth = 8) => {
  const body = { entryId: visit.entryId, fromAt: iso(startMs), toAt: iso(startMs + 20 * dayMs) };
  const { days } = (await ours.planner.post(apiPaths.boardPlaces(ours.organisationId), body)).body as BoardPlacesView;
  const free = days.filter(({ spans }) => spans.length > 0);
  const day = free[nth];
  if (!day?.spans[0]) throw new Error('there is no place');
  return { technicianId: day.technicianId, startAt: day.spans[0].fromAt };
};
const problem = (body: unknown) => body as ProblemView;

describe('a booking', () => {
  it('is recorded with what it costs, which is what was quoted where no commit came between', async () => {
    expect(await recordBookingCosts(world.deps, ours.organisationId)).toBe(3);
    expect(await recordBookingCosts(world.deps, ours.organisationId)).toBe(0);
    const costs = await world.records.list('bookingCost', ours.organisationId);
    for (const { quotedCents, bookedCents, termsAdded } of costs)
      expect(Object.values(termsAdded).reduce((sum, cents) => sum + cents, 0)).toBe(bookedCents - quotedCents);
    // The last booking is the one that no other has followed.
    const visits = await world.records.list('visit', ours.organisationId);
    const last = costs.find(({ visitId }) => visitId === visits.at(-1)?.id);
    expect(Math.abs((last?.bookedCents ?? 0) - (last?.quotedCents ?? 0))).toBeLessThanOrEqual(5);
  });
});

describe('a change of the plan', () => {
  it('moves a visit at the price that was quoted, tells its owner only if that is confirmed, and is undone to the byte', async () => {
    const visit = await booked();
    const visitId = visit.entryId as BoardVisitView['entryId'] & `vis${string}`;
    const to = await elsewhere(visit);
    const before = await recordsNow();
    const quote = (await ours.planner.post(apiPaths.boardQuotes(ours.organisationId), { entryId: visitId, ...to }))
      .body as BoardQuoteView;
    expect(quote.needsConfirmation).toBe(true);
    const move = { kind: 'move', visitId, ...to } as unknown as BoardChange;
    const { mark } = await board();
    const unconfirmed = await change(ours.planner, mark, move);
    expect(unconfirmed.status).toBe(428);
    expect(await recordsNow()).toEqual(before);
    const moved = await change(ours.planner, mark, move, true);
    expect(moved.body).toMatchObject({ mark: mark + 1 });
    const { diff } = moved.body as BoardChangedView;
    expect(diff.moves.map(({ entryId }) => entryId)).toEqual([visitId]);
    expect(Math.abs(diff.costAfterCents - diff.costBeforeCents - (quote.difference?.costCents ?? 0))).toBeLessThan(10);
    const now = (await board()).visits.find(({ entryId }) => entryId === visitId);
    expect(now).toMatchObject(to);
    const letters = await world.records.list('message', ours.organisationId, { where: { offerId: visit.offerId } });
    expect(letters.filter(({ template, state }) => template === 'booked' && state === 'waiting')).toHaveLength(1);
    const undone = await back(ours.planner, mark + 1, 'undo');
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect((await recordsNow()).slice(0, 5)).toEqual(before.slice(0, 5));
    expect((await back(ours.planner, mark + 2, 'redo')).status).toBe(200);
    expect((await board()).visits.find(({ entryId }) => entryId === visitId)).toMatchObject(to);
    expect((await back(ours.planner, mark + 3, 'undo')).status).toBe(200);
    expect((await recordsNow()).slice(0, 5)).toEqual(before.slice(0, 5));
    const history = (await ours.planner.get(steps())).body as BoardStepView[];
    expect(history.slice(0, 4).map(({ act }) => act)).toEqual(['undo', 'redo', 'undo', 'change']);
  });

  it('of two planners at once is refused to the second one who saw neither, with who changed what', async () => {
    const other = await colleague();
    const visit = await booked(1);
    const to = await elsewhere(visit);
    const { mark } = await board();
    const move = { kind: 'move', visitId: visit.entryId, ...to } as unknown as BoardChange;
    const [first, second] = [
      await change(ours.planner, mark, move, true),
      await change(other, mark, { kind: 'pin', visitId: visit.entryId, pinned: true } as unknown as BoardChange),
    ];
    expect(first.status).toBe(200);
    expect(second.status).toBe(409);
    expect(problem(second.body).faults[0]?.message).toContain('Paula Planner: change (move)');
    const untouched = await booked(2);
    const pin = { kind: 'pin', visitId: untouched.entryId, pinned: true } as unknown as BoardChange;
    expect((await change(other, mark, pin)).status).toBe(200);
    expect((await board()).visits.find(({ entryId }) => entryId === untouched.entryId)?.pinned).toBe(true);
    const after = await board();
    expect((await back(other, after.mark, 'undo')).status).toBe(200);
    expect((await back(ours.planner, after.mark + 1, 'undo')).status).toBe(200);
  });

  it('proposes what to do when a technician is ill, and a person takes it', async () => {
    const visit = await booked();
    const onDay = visit.startAt.slice(0, 10);
    const { mark } = await board();
    const away = { kind: 'away', technicianId: visit.technicianId, fromOn: onDay, toOn: onDay } as BoardChange;
    const direct = await change(ours.planner, mark, away, true);
    expect(direct.status).toBe(409);
    expect(problem(direct.body).hint).toContain('copy');
    const copy = (
      await ours.planner.post(apiPaths.boardCopies(ours.organisationId), { mark, changes: [away], repair: 200 })
    ).body as BoardCopyView;
    expect(copy.unplanned).toEqual([]);
    const moved = copy.diff.moves.find(({ entryId }) => entryId === visit.entryId);
    expect(moved?.to).not.toBeNull();
    const take = { idempotencyKey: randomUUID(), mark, confirmed: true };
    const taken = await ours.planner.post(apiPaths.boardTake(ours.organisationId, copy.copyId), take);
    expect(taken.status, JSON.stringify(taken.body)).toBe(200);
    const view = await board();
    const now = view.visits.find(({ entryId }) => entryId === visit.entryId);
    expect(now).toMatchObject({ technicianId: moved?.to?.technicianId, startAt: moved?.to?.startAt, conflicts: [] });
    expect(view.technicians.find(({ technicianId }) => technicianId === visit.technicianId)?.absentOn).toEqual([onDay]);
    expect((await back(ours.planner, view.mark, 'undo')).status).toBe(200);
    expect(await booked()).toMatchObject({ technicianId: visit.technicianId, startAt: visit.startAt });
  });

  it('undoes in a copy what was tried there last, with its repair, and nothing of the plan', async () => {
    const visit = await booked();
    const onDay = visit.startAt.slice(0, 10);
    const before = await board();
    const pin = { kind: 'pin', visitId: visit.entryId, pinned: true } as unknown as BoardChange;
    const away = { kind: 'away', technicianId: visit.technicianId, fromOn: onDay, toOn: onDay } as BoardChange;
    const made = (
      await ours.planner.post(apiPaths.boardCopies(ours.organisationId), { mark: before.mark, changes: [], repair: 0 })
    ).body as BoardCopyView;
    expect(made.canUndo).toBe(false);
    const url = apiPaths.boardCopy(ours.organisationId, made.copyId);
    const on = async (changes: readonly BoardChange[], repair: number) =>
      (await ours.planner.post(url, { changes, repair })).body as BoardCopyView;
    const back = () => ours.planner.post(apiPaths.boardCopyUndo(ours.organisationId, made.copyId), {});
    const pinned = await on([{ ...pin, pinned: false } as unknown as BoardChange], 0);
    await on([away], 0);
    const repaired = await on([], 200);
    expect(repaired.visits.find(({ entryId }) => entryId === visit.entryId)).not.toMatchObject({
      ...{ technicianId: visit.technicianId, startAt: visit.startAt },
    });
    const undone = (await back()).body as BoardCopyView;
    expect(undone).toEqual(pinned);
    expect(await back()).toMatchObject({ status: 200, body: { canUndo: false, changes: [], visits: made.visits } });
    expect((await back()).status).toBe(409);
    expect((await board()).mark).toBe(before.mark);
  });

  it('goes on with a copy in another process, back and forth, and loses what two of them try at once', async () => {
    const other = await buildApp({ ...world.deps });
    const elsewhere = async (url: string, payload: object) => {
      const headers = { cookie: ours.planner.cookie, 'x-kuluma': 'planner' };
      const { statusCode: status, body } = await other.inject({ method: 'POST', url, headers, payload });
      return { status, body: JSON.parse(body) as unknown };
    };
    const { mark } = await board();
    const whole = { mark, changes: [], repair: 0 };
    const made = (await ours.planner.post(apiPaths.boardCopies(ours.organisationId), whole)).body as BoardCopyView;
    const url = apiPaths.boardCopy(ours.organisationId, made.copyId);
    const repaired = await elsewhere(url, { changes: [], repair: 64 });
    expect(repaired.status, JSON.stringify(repaired.body)).toBe(200);
    const undone = await ours.planner.post(apiPaths.boardCopyUndo(ours.organisationId, made.copyId), {});
    expect(undone).toMatchObject({ status: 200, body: { visits: made.visits, canUndo: false } });
    const both = await Promise.all([
      ours.planner.post(url, { changes: [], repair: 640 }),
      elsewhere(url, { changes: [], repair: 640 }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const { statusCode } = await other.inject({
      ...{ method: 'DELETE', url },
      headers: { cookie: ours.planner.cookie, 'x-kuluma': 'planner' },
    });
    expect(statusCode).toBe(204);
    expect((await ours.planner.post(url, { changes: [], repair: 0 })).status).toBe(404);
    await other.close();
  });

  it('stops a re-plan when nobody waits for it any more, and leaves the copy as it was', async () => {
    let drawn = 0;
    const random = () => {
      drawn++;
      return world.deps.random();
    };
    const app = await buildApp({ ...world.deps, random, repair: repairHere({ ...world.deps, random }) });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const page = new AbortController();
    const send = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { cookie: ours.planner.cookie, 'content-type': 'application/json', 'x-kuluma': 'planner' },
        body: JSON.stringify(body),
        signal: page.signal,
      });
    const { mark } = await board();
    const made = await send(apiPaths.boardCopies(ours.organisationId), { mark, changes: [], repair: 0 });
    const { copyId } = (await made.json()) as BoardCopyView;
    const before = drawn;
    const answer = send(apiPaths.boardCopy(ours.organisationId, copyId), { changes: [], repair: 20_000 });
    while (drawn < before + 1000) await setTimeout(5);
    page.abort();
    await expect(answer).rejects.toThrow('aborted');
    for (let seen = 0; seen !== drawn; await setTimeout(50)) seen = drawn;
    const undo = await app.inject({
      method: 'POST',
      url: apiPaths.boardCopyUndo(ours.organisationId, copyId),
      headers: { cookie: ours.planner.cookie, 'x-kuluma': 'planner' },
      payload: {},
    });
    expect(undo.statusCode, 'nothing to undo').toBe(409);
    expect((await board()).mark).toBe(mark);
    await app.close();
  });

  it('places open work as an offer or as agreed by phone, brings in what is urgent, and gives back what an owner cancels', async () => {
    const waiting = (await board()).unplanned[0];
    if (!waiting?.best) throw new Error('nothing waits');
    const { technicianId, startAt } = waiting.best;
    const place = { kind: 'place', recommendationId: waiting.recommendationId, technicianId, startAt } as const;
    let { mark } = await board();
    const offered = await change(ours.planner, mark, { ...place, as: 'offer' });
    expect(offered.status, JSON.stringify(offered.body)).toBe(200);
    expect((await board()).visits.some((one) => one.state === 'held' && one.startAt === startAt)).toBe(true);
    expect((await back(ours.planner, ++mark, 'undo')).status).toBe(200);
    expect((await board()).unplanned.map(({ entryId }) => entryId)).toContain(waiting.entryId);
    const agreed = await change(ours.planner, ++mark, { ...place, as: 'agreedByPhone' });
    expect(agreed.status, JSON.stringify(agreed.body)).toBe(200);
    const visit = (await board()).visits.find((one) => one.recommendationId === waiting.recommendationId);
    expect(visit).toMatchObject({ state: 'booked', technicianId, startAt });
    const urgent = {
      kind: 'urgent',
      machineId: ours.machineIds[4],
      componentId: ours.componentIds[4],
      action: 'inspect',
      durationMin: 60,
      skills: [],
      latestAt: iso(startMs + 3 * dayMs),
      place: null,
      reason: 'it makes a terrible noise',
    } as unknown as BoardChange;
    const came = await change(ours.planner, ++mark, urgent);
    expect(came.status, JSON.stringify(came.body)).toBe(200);
    expect((came.body as BoardChangedView).diff.moves[0]).toMatchObject({ how: 'placed', machineTag: 'P-4' });
    const cancel = { kind: 'cancel', visitId: visit?.entryId, reason: 'the line is closed' } as unknown as BoardChange;
    expect((await change(ours.planner, ++mark, cancel)).status).toBe(200);
    expect((await board()).unplanned.map(({ entryId }) => entryId)).toContain(waiting.entryId);
    expect((await back(ours.planner, ++mark, 'undo')).status).toBe(200);
    expect((await board()).visits.find(({ entryId }) => entryId === visit?.entryId)).toMatchObject({ startAt });
  });
});

/** What comes on a stream. */
const hearing = (reply: Response) => {
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    heard: () => heard,
    until: async (word: string): Promise<void> => {
      while (!heard.includes(word)) {
        const next = await reader?.read();
        if (!next || next.done) throw new Error(`it ended with ${heard}`);
        heard += next.value;
      }
    },
  };
};

describe('what happens on the day', () => {
  it('makes work shorter, a part late or a visit void, each undone as it was done', async () => {
    const visit = await booked();
    const before = await recordsNow();
    const { visitId } = { visitId: visit.entryId };
    const happenings = [
      { kind: 'endsAt', visitId, endAt: iso(Date.parse(visit.endAt) - 30 * 60_000) },
      { kind: 'notMet', visitId, leftAt: visit.startAt },
      { kind: 'partLate', partId: ours.partId, readyOn: iso(startMs + 9 * dayMs).slice(0, 10) },
    ] as unknown as BoardChange[];
    for (const happening of happenings) {
      const { mark } = await board();
      const done = await change(ours.planner, mark, happening, true);
      expect(done.status, JSON.stringify(done.body)).toBe(200);
      const now = (await board()).visits.find(({ entryId }) => entryId === visitId);
      if (happening.kind === 'endsAt') expect(now?.endAt).toBe(happening.endAt);
      if (happening.kind === 'notMet') expect(now).toBeUndefined();
      expect((await back(ours.planner, mark + 1, 'undo')).status).toBe(200);
      expect((await recordsNow()).slice(0, 5)).toEqual(before.slice(0, 5));
    }
  });

  it('lets work that grows push nobody away unseen: what has no room beside it is named, and a copy finds a place', async () => {
    const visit = await booked();
    const { mark } = await board();
    const longer = { kind: 'endsAt', visitId: visit.entryId, endAt: iso(Date.parse(visit.endAt) + 45 * 60_000) };
    const direct = await change(ours.planner, mark, longer as unknown as BoardChange, true);
    expect(direct.status).toBe(409);
    expect(problem(direct.body).faults[0]?.path).toMatch(/^\/vis_/);
    const body = { mark, changes: [longer], repair: 200 };
    const copy = (await ours.planner.post(apiPaths.boardCopies(ours.organisationId), body)).body as BoardCopyView;
    expect(copy.unplanned).toEqual([]);
    expect(copy.diff.moves.length).toBeGreaterThan(0);
    const url = apiPaths.boardTake(ours.organisationId, copy.copyId);
    const taken = await ours.planner.post(url, { idempotencyKey: randomUUID(), mark, confirmed: true });
    expect(taken.status, JSON.stringify(taken.body)).toBe(200);
    expect((await board()).visits.find(({ entryId }) => entryId === visit.entryId)?.endAt).toBe(longer.endAt);
    expect((await back(ours.planner, mark + 1, 'undo')).status).toBe(200);
  });
});

describe('the stream of the board', () => {
  it('tells a colleague what was done and by whom as it happens, and ends with the service and with the session', async () => {
    const app = await buildApp(world.deps);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const other = await colleague();
    const url = `http://127.0.0.1:${port}${apiPaths.deskEvents(ours.organisationId)}`;
    const stranger = await fetch(url);
    expect(stranger.status).toBe(401);
    const reply = await fetch(url, { headers: { cookie: other.cookie } });
    expect(reply.headers.get('content-type')).toContain('text/event-stream');
    const first = hearing(reply);
    const visit = await booked();
    const { mark } = await board();
    await first.until(`event: plan\nid: ${mark}\n`);
    const pin = { kind: 'pin', visitId: visit.entryId, pinned: true } as unknown as BoardChange;
    expect((await change(ours.planner, mark, pin)).status).toBe(200);
    await first.until(`event: step\nid: ${mark + 1}\n`);
    expect(first.heard()).toContain('"personName":"Paula Planner"');
    await back(ours.planner, mark + 1, 'undo');
    await first.until(`id: ${mark + 2}\n`);
    const second = hearing(await fetch(url, { headers: { cookie: ours.planner.cookie } }));
    await other.post(apiPaths.signOut(), {});
    await change(ours.planner, mark + 2, pin);
    await expect(first.until('nothing more')).rejects.toThrow('it ended');
    await second.until(`event: step\nid: ${mark + 3}\n`);
    await app.close();
    await expect(second.until('nothing more')).rejects.toThrow('it ended');
    await back(ours.planner, mark + 3, 'undo');
  });
});
