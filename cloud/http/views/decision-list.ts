import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DecisionLine, DecisionList, DecisionsQuery, DecisionsView } from '@kuluma/shared/model/views/decision.ts';
import { byPriority } from '../../core/recommendations/priority.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import type { FleetModel } from './fleet-model.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

type Recommendation = RecordOf<'recommendation'>;

const linesPerPage = 50;
const pastStates: readonly Recommendation['state'][] = ['rejected', 'withdrawn', 'done'];

const newestFirst = (a: Recommendation, b: Recommendation): number => b.createdAtMs - a.createdAtMs;

/** The recommendations of a page; only those of the past are read from the store. */
const pageOf = async (
  fleet: FleetModel,
  { list = 'open', offset = 0, limit = linesPerPage }: DecisionsQuery,
  nowMs: number,
): Promise<readonly Recommendation[]> => {
  if (list === 'past')
    return fleet.lookup().list('recommendation', { where: { state: pastStates }, newestFirst: true, offset, limit });
  const all = fleet.matters.inState(list);
  const ordered = list === 'open' ? byPriority(all, nowMs) : [...all].sort(newestFirst);
  return ordered.slice(offset, offset + limit);
};

/** The last record of each recommendation. */
const lastOfEach = <T extends { readonly recommendationId: string }>(records: readonly T[]): ReadonlyMap<string, T> =>
  new Map(records.map((record) => [record.recommendationId, record]));

const linesOf = async (
  lookup: Lookup,
  page: readonly Recommendation[],
  nowMs: number,
): Promise<readonly DecisionLine[]> => {
  const recommendationId = page.map(({ id }) => id);
  const forecasts = await lookup.list('forecast', {
    where: { id: page.flatMap(({ forecastId }) => forecastId ?? []) },
  });
  const grades = new Map(forecasts.map(({ id, healthGrade }) => [String(id), healthGrade]));
  const offers = lastOfEach(await lookup.list('offer', { where: { recommendationId } }));
  const visits = lastOfEach(await lookup.list('visit', { where: { recommendationId } }));
  const messages = await lookup.list('message', { where: { offerId: [...offers.values()].map(({ id }) => id) } });
  const letters = new Map(
    messages.filter(({ template }) => template === 'offer').map(({ offerId, state }) => [String(offerId), state]),
  );
  const lines: DecisionLine[] = [];
  for (const { id, machineId, componentId, forecastId, state, action, window } of page) {
    const offer = offers.get(id);
    const visit = visits.get(id);
    lines.push({
      recommendationId: id,
      state,
      machine: await machineHeadOf(lookup, machineId, nowMs),
      componentName: (await componentTypeOf(lookup, componentId)).name,
      action,
      // A change of state says that something is, and not how bad it is.
      healthGrade: forecastId === null ? 'watch' : needed(grades.get(forecastId), 'forecast'),
      windowFromAt: isoOf(window.fromMs),
      windowToAt: isoOf(window.toMs),
      offer:
        offer && offer.state !== 'withdrawn' ? { state: offer.state, letter: letters.get(offer.id) ?? null } : null,
      visit: visit ? { state: visit.state } : null,
    });
  }
  return lines;
};

/** A page of a list of decisions: open ones by urgency, others newest first. */
export const decisionsViewOf = async (
  fleet: FleetModel,
  query: DecisionsQuery,
  nowMs: number,
): Promise<DecisionsView> => {
  await fleet.matters.settle();
  const lookup = fleet.lookup();
  const inList = (list: Exclude<DecisionList, 'past'>): number => fleet.matters.inState(list).length;
  return {
    counts: {
      open: inList('open'),
      postponed: inList('postponed'),
      approved: inList('approved'),
      past: await lookup.count('recommendation', { where: { state: pastStates } }),
    },
    items: [...(await linesOf(lookup, await pageOf(fleet, query, nowMs), nowMs))],
  };
};
