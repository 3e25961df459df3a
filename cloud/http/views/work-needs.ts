import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';

/** What the work asks of those who do it. */
export const workNeedsOf = ({
  skills,
  certificates,
  tools = [],
  second = null,
}: RecordOf<'recommendation'>): Pick<DecisionView, 'skills' | 'certificates' | 'tools' | 'second'> => ({
  skills,
  certificates,
  tools,
  second,
});
