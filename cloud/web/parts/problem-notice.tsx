import './problem-notice.css';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { ProblemError } from './api-client.ts';
import { useWords } from './language.tsx';
import type { Words } from './words.ts';

const known = [
  'NOT_SIGNED_IN',
  'FORBIDDEN',
  'SECOND_FACTOR_NEEDED',
  'SECOND_FACTOR_MISSING',
  'NOT_FOUND',
  'CONFLICT',
  'SLOT_TAKEN',
  'STOCK_SHORT',
  'EXPIRED',
  'NO_FEASIBLE_SLOT',
  'LINK_DOWN',
] as const;

/** Few readers ever see it. */
const ConfirmFactor = lazy(async () => ({ default: (await import('./confirm-factor.tsx')).ConfirmFactor }));

/** What happened, what was kept and what to do, from the code of the problem. */
export const problemText = (words: Words, error: Pick<ProblemError, 'problem' | 'ambiguous'>) => {
  const code = known.find((candidate) => candidate === error.problem.code) ?? 'OTHER';
  return {
    what: words.t(`problem.${code}.what`),
    kept: words.t(error.ambiguous ? 'problem.kept.ambiguous' : 'problem.kept.nothingChanged'),
    todo: words.t(`problem.${code}.todo`),
    reference: error.problem.reference,
  };
};

export const ProblemNotice = ({
  error,
  command = false,
  shownOf,
  onRetry,
}: {
  error: ProblemError;
  /** True for an act of the reader: then what was kept matters. */
  command?: boolean;
  /** Of when what is still shown is, in words; said where asking again may bring newer. */
  shownOf?: string | undefined;
  onRetry?: () => void;
}) => {
  const words = useWords();
  const text = problemText(words, error);
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={20} aria-hidden="true" />
      <div>
        <p className="problem-what">{text.what}</p>
        {command && <p>{text.kept}</p>}
        {shownOf !== undefined && error.ambiguous && <p>{words.t('problem.shownOf', { moment: shownOf })}</p>}
        <p>{text.todo}</p>
        {text.reference !== '' && (
          <p className="small soft">{words.t('problem.reference', { reference: text.reference })}</p>
        )}
        {error.problem.code === 'NOT_SIGNED_IN' && (
          <a className="button" href="/sign-in/">
            {words.t('problem.signIn')}
          </a>
        )}
        {error.problem.code === 'SECOND_FACTOR_NEEDED' && (
          <Suspense fallback={null}>
            <ConfirmFactor />
          </Suspense>
        )}
        {error.problem.code === 'SECOND_FACTOR_MISSING' && (
          <a className="button" href="/account/">
            {words.t('factor.setUp')}
          </a>
        )}
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            {words.t('problem.retry')}
          </button>
        )}
      </div>
    </div>
  );
};
