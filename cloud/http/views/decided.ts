import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { canUndo, standingDecision } from '../../pipelines/change-decision.ts';
import type { Lookup } from '../../pipelines/lookup.ts';

/** Who decided what, and whether it can be taken back. */
export const decidedOf = async (
  lookup: Lookup,
  recommendation: RecordOf<'recommendation'>,
  nowMs: number,
): Promise<DecisionView['decided']> => {
  // An open matter whose offer came back without a yes waits for a new decision.
  const approval = recommendation.state === 'open' ? undefined : await standingDecision(lookup, recommendation.id);
  if (!approval || approval.decision === 'undo') return null;
  return {
    decision: approval.decision,
    personName: (await lookup.get('person', approval.personId))?.name ?? null,
    decidedAt: isoOf(approval.decidedAtMs),
    reason: approval.overrideReason,
    canUndo: await canUndo(lookup, recommendation, nowMs),
  };
};
