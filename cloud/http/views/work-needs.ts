import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { slaOf } from '../../core/planning/proposal/service-level.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { serviceLevelOf } from '../../pipelines/machine-facts.ts';

type WorkNeeds = Pick<DecisionView, 'skills' | 'certificates' | 'tools' | 'second' | 'sla'>;

/** What the work asks of those who do it, and by when. */
export const workNeedsOf = async (
  lookup: Lookup,
  recommendation: RecordOf<'recommendation'>,
  nowMs: number,
): Promise<WorkNeeds> => {
  const { skills, certificates, tools = [], second = null, machineId } = recommendation;
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const level = await serviceLevelOf(lookup, machineId, nowMs);
  const { slaOn, slaCents = 0 } = slaOf(recommendation, level, timeZone);
  return {
    skills,
    certificates,
    tools,
    second,
    sla: slaOn === undefined ? null : { on: slaOn, breachCents: slaCents },
  };
};
