import type { ProblemError } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import type { FieldFaults } from './draft.ts';

/** Why a form was not saved: how many of its fields are wrong, or what else happened. A conflict is told elsewhere. */
export const FormProblem = ({ error, faults }: { error: ProblemError | null; faults: FieldFaults }) => {
  const words = useWords();
  if (!error || error.problem.code === 'CONFLICT') return null;
  if (faults.size === 0) return <ProblemNotice error={error} command />;
  return (
    <p className="set-up-fault" role="alert">
      {words.t('setUp.faults', { count: faults.size })}
    </p>
  );
};
