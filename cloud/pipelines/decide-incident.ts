import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { FleetIncident } from '@kuluma/shared/model/incident.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { batchCause, causeOf, leastMachines, modelCause } from '../core/recommendations/fleet-incidents.ts';
import { byPriority } from '../core/recommendations/priority.ts';
import type { RecordTransaction } from '../ports.ts';
import { postpone } from './change-decision.ts';
import { needed } from './lookup.ts';
import { approve, type OfferDeps, openRecommendation, reject } from './make-offers.ts';

type Recommendation = RecordOf<'recommendation'>;
type Outcome = FleetIncident['members'][number]['outcome'];

/** One decision on all of them, by a named person as they saw them. */
export interface IncidentDecision {
  readonly organisationId: Id<'organisation'>;
  readonly personId: Id<'person'>;
  readonly members: readonly { readonly recommendationId: Id<'recommendation'>; readonly version: number }[];
  readonly answer:
    | { readonly kind: 'approve' | 'inspectFirst' }
    | { readonly kind: 'postpone'; readonly untilMs: number; readonly reason: string }
    | { readonly kind: 'reject'; readonly reason: string };
}

/** Each offer asks the plan for times: of more at once nobody would wait for the answer. The rest stays open. */
const mostOffersAtOnce = 30;
/** So long the others wait for what is found at the first one. */
const inspectedWithinMs = 14 * dayMs;

const outcomeOfCode: Readonly<Partial<Record<string, Outcome>>> = {
  NO_FEASIBLE_SLOT: 'noSlot',
  // The matter itself was found before: it is the machine's site that nobody recorded, or a part of its list.
  NOT_FOUND: 'noSlot',
  NO_LEGAL_BASIS: 'noLegalBasis',
  SLOT_TAKEN: 'slotTaken',
};

const aboutOf = async (tx: RecordTransaction, recommendation: Recommendation) => {
  const { organisationId, machineId, componentId } = recommendation;
  const machine = needed(await tx.get('machine', organisationId, machineId), 'machine');
  return causeOf(recommendation, machine, needed(await tx.get('component', organisationId, componentId), 'component'));
};

/** What all have in common; null where the values differ. */
const shared = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? (values[0] ?? null) : null);

/** The one cause of all: their model, or else the batch of their parts; undefined where they have several. */
const commonCauseOf = (abouts: readonly Awaited<ReturnType<typeof aboutOf>>[]) => {
  const [first] = abouts;
  const batch = shared(abouts.map(batchCause)) === null ? undefined : first?.batch;
  if (!first || (batch === undefined && shared(abouts.map(modelCause)) === null)) return undefined;
  return {
    machineModelId: shared(abouts.map(({ machineModelId }) => machineModelId)),
    componentCode: shared(abouts.map(({ componentCode }) => componentCode)),
    failureModeCode: first.failureModeCode,
    ...(batch === undefined ? {} : { batch }),
  };
};

/** All members, the most urgent first. @throws NOT_FOUND; CONFLICT; INPUT_INVALID where they are no incident */
const membersOf = async (tx: RecordTransaction, decision: IncidentDecision, nowMs: number) => {
  const recommendations: Recommendation[] = [];
  for (const { recommendationId, version: seenVersion } of decision.members)
    recommendations.push(await openRecommendation(tx, { ...decision, recommendationId, seenVersion }));
  const cause = commonCauseOf(await Promise.all(recommendations.map((one) => aboutOf(tx, one))));
  const machines = new Set(recommendations.map(({ machineId }) => machineId));
  const isForecast = recommendations.every(({ forecastId }) => forecastId !== null);
  if (!cause || !isForecast || machines.size < leastMachines)
    throw new AppError('INPUT_INVALID', 'these are no incident: they have several causes or too few machines');
  return { cause, members: byPriority(recommendations, nowMs) };
};

/**
 * One decision on what came up on many machines for one cause: offers for all, a visit to the most urgent while the others
 * wait for what is found, all put off, or all rejected. Each matter gets the same records as a decision of its own; what
 * cannot be offered stays open and is told.
 * @throws NOT_FOUND; CONFLICT where any was changed since it was seen; INPUT_INVALID; with `inspectFirst` what stops the last of them
 */
export const decideIncident = async (
  deps: OfferDeps,
  tx: RecordTransaction,
  decision: IncidentDecision,
): Promise<FleetIncident['members']> => {
  const { organisationId, personId, answer } = decision;
  const nowMs = deps.clock.now();
  const { cause, members } = await membersOf(tx, decision, nowMs);
  const asSeen = ({ id, version }: Recommendation) => ({
    ...{ organisationId, personId },
    recommendationId: id,
    seenVersion: version,
  });
  const offer = async (member: Recommendation): Promise<Outcome> => {
    try {
      await approve(deps, tx, asSeen(member));
      return 'offered';
    } catch (error) {
      const outcome = outcomeOfCode[asAppError(error).code];
      if (!outcome) throw error;
      return outcome;
    }
  };
  const putOff = async (member: Recommendation, wantedMs: number, reason: string): Promise<Outcome> => {
    const untilMs = Math.min(wantedMs, member.window.toMs);
    if (untilMs <= nowMs) return 'stays';
    await postpone(deps, tx, asSeen(member), { untilMs, reason });
    return 'postponed';
  };
  const outcomes: FleetIncident['members'] = [];
  let offered = 0;
  for (const member of members) {
    const outcomeOf = async (): Promise<Outcome> => {
      if (answer.kind === 'postpone') return putOff(member, answer.untilMs, answer.reason);
      if (answer.kind === 'reject') {
        await reject(deps, tx, asSeen(member), answer.reason);
        return 'rejected';
      }
      if (answer.kind === 'inspectFirst' && offered > 0) return putOff(member, nowMs + inspectedWithinMs, '');
      return offered < mostOffersAtOnce ? offer(member) : 'stays';
    };
    const outcome = await outcomeOf();
    if (outcome === 'offered') offered++;
    outcomes.push({ recommendationId: member.id, outcome });
  }
  if (answer.kind === 'inspectFirst' && offered === 0)
    throw new AppError('NO_FEASIBLE_SLOT', 'none of the machines can be visited first');
  const createdBy = { kind: 'person', personId } as const;
  await tx.insert('fleetIncident', {
    ...freshBase('fleetIncident', { organisationId, createdBy, nowMs, random: deps.random }),
    ...cause,
    ...{ personId, answer: answer.kind, reason: 'reason' in answer && answer.reason !== '' ? answer.reason : null },
    decidedAtMs: nowMs,
    members: outcomes,
  });
  return outcomes;
};
