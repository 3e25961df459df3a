import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { workNeedsOf } from '../core/recommendations/recommend.ts';
import type { RecordTransaction } from '../ports.ts';
import { acceptAs } from './answer-offers.ts';
import { type Acting, originOf } from './board-effects.ts';
import { slotIn } from './board-slots.ts';
import { createLookup, needed } from './lookup.ts';
import { componentTypeOf, lastForecastOf, siteOf } from './machine-facts.ts';
import { approveAt, type OfferDeps } from './make-offers.ts';

/** Work that has no visit yet, at the place that the plan has for it. */
const book = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  {
    recommendation,
    entryId,
    asOffer,
  }: { recommendation: RecordOf<'recommendation'>; entryId: string; asOffer: boolean },
): Promise<void> => {
  const { organisationId, by, plan } = acting;
  if (by.kind !== 'person') throw new AppError('FORBIDDEN', 'only a member of staff books work');
  const { personId } = by;
  const site = needed(
    await siteOf(createLookup(tx, organisationId), recommendation.machineId, deps.clock.now()),
    'site',
  );
  const slot = slotIn(plan, entryId, site, deps.random);
  const decision = {
    organisationId,
    recommendationId: recommendation.id,
    personId,
    seenVersion: recommendation.version,
  };
  const offer = await approveAt(deps, tx, decision, slot);
  if (!asOffer) await acceptAs(deps, tx, offer, { slotId: slot.id, by });
};

/** A matter that a person brings up: what forecast there is stands with it, whatever it says. */
const urgentRecommendation = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  change: BoardChange & { kind: 'urgent' },
): Promise<RecordOf<'recommendation'>> => {
  const lookup = createLookup(tx, acting.organisationId);
  const { machineId, componentId, action, durationMin, skills, latestAt } = change;
  const forecast = await lastForecastOf(lookup, componentId);
  if (!forecast)
    throw new AppError('NOT_ENOUGH_DATA', 'this component has no forecast yet, and a visit refers to one', {
      hint: 'connect the machine first',
    });
  const componentType = needed(
    await componentTypeOf(lookup, needed(await lookup.get('component', componentId), 'component')),
    'component type',
  );
  const { rulDays, failureProbability, dataQuality, abstainReason, forecastAtMs } = forecast;
  const origin = originOf(deps, acting);
  const { nowMs } = origin;
  const recommendation: RecordOf<'recommendation'> = {
    ...freshBase('recommendation', origin),
    machineId,
    componentId,
    forecastId: forecast.id,
    action,
    failureModeCode: componentType.failureModeCode,
    window: { fromMs: nowMs, bestMs: nowMs, toMs: Math.max(nowMs, Date.parse(latestAt)) },
    bom: action === 'replace' ? componentType.bom : [],
    skills,
    certificates: [],
    ...(action === 'replace' ? workNeedsOf(componentType) : {}),
    durationMin,
    // Who calls says that it cannot wait.
    riskOfWaiting: [{ atMs: nowMs, failureProbability: 1, expectedCostCents: componentType.failureCostCents }],
    drivers: forecast.drivers,
    inputs: {
      forecasts: [{ forecastId: forecast.id, forecastAtMs, dataQuality, abstainReason, rulDays, failureProbability }],
      componentType,
      // No rule decided.
      codeVersion: 'by hand',
    },
    state: 'open',
    openedAtMs: nowMs,
  };
  await tx.insert('recommendation', recommendation);
  return recommendation;
};

/** What a change books, once the times of others are where the plan has them. */
export const bookNew = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  acting: Acting,
  change: BoardChange,
): Promise<void> => {
  if (change.kind === 'urgent') {
    const recommendation = await urgentRecommendation(deps, tx, acting, change);
    return book(deps, tx, acting, { recommendation, entryId: change.machineId, asOffer: false });
  }
  if (change.kind !== 'place') return;
  const work = acting.board.waiting.find(({ recommendation }) => recommendation.id === change.recommendationId);
  if (!work) throw new AppError('CONFLICT', 'this work waits for no decision any more', { hint: 'look again' });
  const { recommendation } = work;
  return book(deps, tx, acting, { recommendation, entryId: recommendation.id, asOffer: change.as === 'offer' });
};
