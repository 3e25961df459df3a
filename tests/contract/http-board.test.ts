import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { BoardPlacesView, BoardQuoteView, BoardView, BoardWhyView } from '@kuluma/shared/model/views/board.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

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
