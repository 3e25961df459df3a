import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { factsOf } from '../core/planning/live/board-facts.ts';
import { openBoard } from '../core/planning/live/board-plan.ts';
import { standingOf } from '../core/planning/live/board-quotes.ts';
import type { BoardDeps } from './board-now.ts';
import { readBoard } from './board-records.ts';
import { slotIn } from './board-slots.ts';
import { createLookup, type Lookup } from './lookup.ts';

/** What each term grew by. */
const grown = (from: Slot['costTerms'], to: Slot['costTerms']): Record<string, number> =>
  Object.fromEntries(
    [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((term) => {
      const added = (to[term] ?? 0) - (from[term] ?? 0);
      return added === 0 ? [] : [[term, added]];
    }),
  );

/** How far back a booking is looked for: the job that asks runs every few seconds. */
const recentMs = dayMs;

/** Visits that were booked lately and whose cost is not recorded. */
const unrecorded = async (lookup: Lookup, nowMs: number): Promise<ReadonlySet<string>> => {
  const booked = await lookup.list('visit', { where: { state: 'booked' }, createdFromMs: nowMs - recentMs });
  const ids = new Set<string>(booked.map(({ id }) => id));
  if (ids.size > 0)
    for (const { visitId } of await lookup.list('bookingCost', { createdFromMs: nowMs - recentMs }))
      ids.delete(visitId);
  return ids;
};

/**
 * Records of each new booking what it costs as the plan stands now, beside what its slot was quoted at. The price to the
 * owner is the offer's; what other commits have made of it in between is the company's own matter.
 * @returns how many were recorded
 */
export const recordBookingCosts = async (deps: BoardDeps, organisationId: Id<'organisation'>): Promise<number> => {
  const { records, clock, random, travel } = deps;
  const nowMs = clock.now();
  const lookup = createLookup(records, organisationId);
  const asked = await unrecorded(lookup, nowMs);
  if (asked.size === 0) return 0;
  const { entries, source } = await readBoard(lookup, nowMs);
  const plan = await openBoard(factsOf(source), travel, random);
  let recorded = 0;
  for (const { visit, slot, site } of entries) {
    if (!plan || !visit || !asked.has(visit.id) || !standingOf(plan, plan.numberOf(visit.id) ?? -1)) continue;
    const { costCents, costTerms } = slotIn(plan, visit.id, site, random);
    const createdBy = { kind: 'policy', name: 'booking-cost' } as const;
    const cost: RecordOf<'bookingCost'> = {
      ...freshBase('bookingCost', { organisationId, createdBy, nowMs, random }),
      visitId: visit.id,
      slotId: slot.id,
      quotedCents: slot.costCents,
      bookedCents: costCents,
      termsAdded: grown(slot.costTerms, costTerms),
    };
    await records.transact((tx) => tx.insert('bookingCost', cost));
    recorded++;
  }
  return recorded;
};
