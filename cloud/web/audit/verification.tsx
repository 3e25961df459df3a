import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import type { VerificationView } from '@kuluma/shared/model/views/audit.ts';
import { useMutation } from '@tanstack/react-query';
import { getJson, type ProblemError } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';

/** Reads the whole chain when asked to, since that takes a while. */
export const Verification = ({ organisationId }: { organisationId: string }) => {
  const words = useWords();
  const verify = useMutation<VerificationView, ProblemError>({
    mutationFn: () => getJson<VerificationView>(auditPaths.verification(organisationId)),
  });
  const { data } = verify;
  return (
    <section className="account-part">
      <button type="button" className="button primary" disabled={verify.isPending} onClick={() => verify.mutate()}>
        {words.t(verify.isPending ? 'audit.verifying' : 'audit.verify')}
      </button>
      {verify.error && <ProblemNotice error={verify.error} onRetry={() => verify.mutate()} />}
      {data && (
        <div role="status">
          <p className="account-link">
            {data.faults.length === 0
              ? words.t('audit.whole', { entries: data.entries, end: data.end })
              : words.t('audit.broken', { count: data.faults.length, end: data.end })}
          </p>
          <ul>
            {data.faults.map(({ seq, kind, id, code }) => (
              <li key={`${seq} ${id} ${code}`} className="account-link">
                <strong>{seq === undefined ? `${kind} ${id}` : words.t('audit.entry', { seq })}</strong>{' '}
                {words.coded('audit.fault', code, code)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
};
