import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { BomLine } from '@kuluma/shared/model/machines.ts';
import { totalOf } from '@kuluma/shared/model/money.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { planMark } from '../../core/offers/plan-mark.ts';
import { priceLines } from '../../core/offers/price.ts';
import { stockLevels } from '../../core/planning/parts.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { approverOf, ownerIdOf } from '../../pipelines/machine-facts.ts';
import { type OfferDeps, slotsFor } from '../../pipelines/make-offers.ts';
import { coverNow, termsNow } from '../../pipelines/prices.ts';
import { teamNameOf } from '../../pipelines/technician-names.ts';
import { alsoOnVisit } from './also-on-visit.ts';
import { decidedOf } from './decided.ts';
import { forecastViewOf } from './forecast-view.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';
import { machineStateViewOf } from './machine-state.ts';
import { pastCasesOf } from './past-cases.ts';
import { reasonViewOf, slotViewOf } from './slot-view.ts';
import { workNeedsOf } from './work-needs.ts';

type Recommendation = RecordOf<'recommendation'>;
type Choice = Pick<DecisionView, 'slots' | 'reasons' | 'lines' | 'total' | 'planMark'>;
/** Where the offer stands, and the letter that tells its contact of it; one that was withdrawn is none. */
const offerStateOf = async (
  lookup: Lookup,
  { id, state, validUntilMs, callWish }: RecordOf<'offer'>,
): Promise<DecisionView['offer']> => {
  if (state === 'withdrawn') return null;
  const letter = (await lookup.by('message', 'offerId', id)).find(({ template }) => template === 'offer');
  return {
    offerId: id,
    state,
    validUntilAt: isoOf(validUntilMs),
    callWish: callWish ?? null,
    letter: letter ? { state: letter.state, reason: letter.reason } : null,
  };
};

/** What a decision can choose from, and the cheapest way to make the visit. */
interface Plan {
  readonly choice: Choice;
  readonly slot: Slot | undefined;
}

const noPlan: Plan = { choice: { slots: [], reasons: [], lines: [], total: null, planMark: null }, slot: undefined };

/** The parts of a repair with what lies of them where. */
export const partNeedsOf = async (lookup: Lookup, bom: readonly BomLine[]): Promise<DecisionView['parts']> => {
  const needs: DecisionView['parts'] = [];
  for (const { partId, quantity, useProbability } of bom) {
    const part = needed(await lookup.get('part', partId), 'part');
    const levels = stockLevels(await lookup.by('stockMovement', 'partId', partId));
    const sumAt = (prefix: string) =>
      levels.reduce((sum, level) => sum + (level.placeId.startsWith(prefix) ? level.quantity : 0), 0);
    needs.push({
      partId,
      number: part.number,
      name: part.name,
      quantity,
      useProbability,
      inVans: sumAt('tec_'),
      inDepots: sumAt('dep_'),
      supplierLeadTimeDays: part.supplierLeadTimeDays,
    });
  }
  return needs;
};

const offered = async (lookup: Lookup, offer: RecordOf<'offer'>): Promise<Plan> => ({
  choice: {
    slots: await Promise.all(offer.slots.map((slot) => slotViewOf(lookup, slot))),
    reasons: [],
    lines: offer.lines,
    total: offer.total,
    planMark: null,
  },
  slot: offer.slots[0],
});

/** What the plan allows now, by the same insertion test that an approval will make. */
const proposed = async (deps: OfferDeps, lookup: Lookup, recommendation: Recommendation): Promise<Plan> => {
  const { slots, reasons } = await slotsFor(deps, lookup, recommendation);
  const parts = await lookup.list('part');
  const { prices } = await termsNow(lookup, deps.terms);
  const cover = await coverNow(lookup, recommendation.machineId, deps.clock.now());
  const lines = slots.length > 0 ? priceLines(recommendation, slots, parts, prices, cover) : [];
  const total = lines.length > 0 ? totalOf(lines) : null;
  return {
    choice: {
      slots: await Promise.all(slots.map((slot) => slotViewOf(lookup, slot))),
      reasons: await Promise.all(reasons.map((reason) => reasonViewOf(lookup, reason))),
      lines,
      total,
      planMark: total && planMark(slots, total),
    },
    slot: slots[0],
  };
};

const contactNameOf = async (lookup: Lookup, machineId: string, nowMs: number): Promise<string | null> => {
  const ownerId = await ownerIdOf(lookup, machineId, nowMs);
  return (ownerId && (await approverOf(lookup, ownerId))?.name) ?? null;
};

const visitOf = async (lookup: Lookup, recommendationId: string): Promise<DecisionView['visit']> => {
  const visit = (await lookup.by('visit', 'recommendationId', recommendationId)).at(-1);
  if (!visit) return null;
  const outcome = (await lookup.by('outcome', 'visitId', visit.id)).at(-1);
  return {
    visitId: visit.id,
    state: visit.state,
    startAt: isoOf(visit.slot.startMs),
    technicianName: await teamNameOf(lookup, visit.slot),
    found: outcome ? { verdict: outcome.findingVerdict, text: outcome.finding } : null,
  };
};

/** What asked for the visit. */
const causeOf = async (
  lookup: Lookup,
  { forecastId, machineStateId }: Recommendation,
): Promise<Pick<DecisionView, 'forecast' | 'machineState'>> => ({
  forecast:
    forecastId === null
      ? null
      : await forecastViewOf(lookup, needed(await lookup.get('forecast', forecastId), 'forecast'), true),
  machineState:
    machineStateId === undefined
      ? null
      : await machineStateViewOf(lookup, needed(await lookup.get('machineState', machineStateId), 'machine state')),
});

/** The decision card. @param withPlan whether it comes with the times that the plan allows now and with what the same trip could do. */
export const decisionViewOf = async (
  deps: OfferDeps,
  lookup: Lookup,
  recommendation: Recommendation,
  withPlan: boolean,
): Promise<DecisionView> => {
  const { id, machineId, componentId, state, window } = recommendation;
  const nowMs = deps.clock.now();
  const type = await componentTypeOf(lookup, componentId);
  const offer = (await lookup.by('offer', 'recommendationId', id)).at(-1);
  // A visit that was cancelled gives its matter back: what was accepted does not count any more.
  const isOffered = state !== 'open' && offer && (offer.state === 'sent' || offer.state === 'accepted');
  const { choice, slot } = isOffered
    ? await offered(lookup, offer)
    : withPlan && state === 'open'
      ? await proposed(deps, lookup, recommendation)
      : noPlan;
  return {
    recommendationId: id,
    version: recommendation.version,
    state,
    createdAt: isoOf(recommendation.createdAtMs),
    machine: await machineHeadOf(lookup, machineId, nowMs),
    componentCode: type.code,
    componentName: type.name,
    action: recommendation.action,
    failureModeCode: recommendation.failureModeCode,
    windowFromAt: isoOf(window.fromMs),
    windowBestAt: isoOf(window.bestMs),
    windowToAt: isoOf(window.toMs),
    ...(await causeOf(lookup, recommendation)),
    parts: await partNeedsOf(lookup, recommendation.bom),
    ...(await workNeedsOf(lookup, recommendation, nowMs)),
    durationMin: recommendation.durationMin,
    riskOfWaiting: riskViewOf(recommendation),
    ...choice,
    alsoOnVisit: withPlan ? await alsoOnVisit(lookup, recommendation, slot, nowMs) : [],
    pastCases: withPlan ? await pastCasesOf(lookup, recommendation) : [],
    contactName: await contactNameOf(lookup, machineId, nowMs),
    decided: await decidedOf(lookup, recommendation, nowMs),
    postponedUntilAt:
      state === 'postponed' && recommendation.postponed ? isoOf(recommendation.postponed.untilMs) : null,
    offer: offer ? await offerStateOf(lookup, offer) : null,
    visit: await visitOf(lookup, id),
  };
};

export const riskViewOf = ({ riskOfWaiting }: Recommendation): DecisionView['riskOfWaiting'] =>
  riskOfWaiting.map(({ atMs, failureProbability, expectedCostCents }) => ({
    at: isoOf(atMs),
    failureProbability,
    expectedCostCents,
  }));
