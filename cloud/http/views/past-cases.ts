import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { machineModelOf } from '../../pipelines/machine-facts.ts';

const mostShown = 5;
/** How far back is looked, in visits. */
const mostRead = 200;

/** What visits to the same component of the same machine model found, newest first. */
export const pastCasesOf = async (
  lookup: Lookup,
  { id, machineId, inputs }: RecordOf<'recommendation'>,
): Promise<DecisionView['pastCases']> => {
  const model = await machineModelOf(lookup, machineId);
  const cases: DecisionView['pastCases'] = [];
  for (const outcome of await lookup.list('outcome', { newestFirst: true, limit: mostRead })) {
    if (cases.length === mostShown) break;
    if (outcome.recommendationId === id || outcome.findingVerdict === 'notInspected') continue;
    const past = needed(await lookup.get('recommendation', outcome.recommendationId), 'recommendation');
    if (past.inputs.componentType.code !== inputs.componentType.code) continue;
    const machine = needed(await lookup.get('machine', past.machineId), 'machine');
    if (machine.machineModelId !== model.id) continue;
    const { closedAtMs, findingVerdict, finding, minutes, componentReplaced } = outcome;
    cases.push({
      machineId: machine.id,
      tag: machine.tag,
      closedAt: isoOf(closedAtMs),
      findingVerdict,
      finding,
      minutes,
      componentReplaced,
    });
  }
  return cases;
};
