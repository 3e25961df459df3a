import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { VisitPastCase } from '@kuluma/shared/model/views/visit.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { machineModelOf } from '../../pipelines/machine-facts.ts';

type Recommendation = RecordOf<'recommendation'>;
interface PastCase {
  readonly machine: RecordOf<'machine'>;
  readonly outcome: RecordOf<'outcome'>;
}

const mostShown = 5;
/** How far back is looked, in visits. */
const mostRead = 200;

/** Visits to the same component of the same machine model that found something out, newest first. */
const casesLike = async (lookup: Lookup, { id, machineId, inputs }: Recommendation): Promise<PastCase[]> => {
  const model = await machineModelOf(lookup, machineId);
  const cases: PastCase[] = [];
  for (const outcome of await lookup.list('outcome', { newestFirst: true, limit: mostRead })) {
    if (cases.length === mostShown) break;
    if (outcome.recommendationId === id || outcome.findingVerdict === 'notInspected') continue;
    const past = needed(await lookup.get('recommendation', outcome.recommendationId), 'recommendation');
    if (past.inputs.componentType.code !== inputs.componentType.code) continue;
    const machine = needed(await lookup.get('machine', past.machineId), 'machine');
    if (machine.machineModelId === model.id) cases.push({ machine, outcome });
  }
  return cases;
};

const foundOf = ({ closedAtMs, findingVerdict, finding, minutes, componentReplaced }: RecordOf<'outcome'>) => ({
  closedAt: isoOf(closedAtMs),
  findingVerdict,
  finding,
  minutes,
  componentReplaced,
});

/** What they found, for who decides. */
export const pastCasesOf = async (lookup: Lookup, recommendation: Recommendation): Promise<DecisionView['pastCases']> =>
  (await casesLike(lookup, recommendation)).map(({ machine, outcome }) => ({
    machineId: machine.id,
    tag: machine.tag,
    ...foundOf(outcome),
  }));

/** What they found and what helped, for who goes there: whose machine it was is no matter of theirs. */
export const visitPastCasesOf = async (lookup: Lookup, visit: RecordOf<'visit'>): Promise<VisitPastCase[]> => {
  const recommendation = needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation');
  const cases: VisitPastCase[] = [];
  for (const { outcome } of await casesLike(lookup, recommendation)) {
    const parts: VisitPastCase['parts'] = [];
    for (const { partId, quantity } of outcome.partsUsed) {
      if (quantity === 0) continue;
      const { number, name } = needed(await lookup.get('part', partId), 'part');
      parts.push({ number, name, quantity });
    }
    cases.push({ ...foundOf(outcome), parts });
  }
  return cases;
};
