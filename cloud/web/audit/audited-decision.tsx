import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import type { AuditedDecisionView } from '@kuluma/shared/model/views/audit.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { EntryList } from './entry-list.tsx';

/** One decision from its data to its outcome, and what the rule and its models say when they are asked again. */
export const AuditedDecision = ({ me, id, onBack }: { me: MeView; id: string; onBack: () => void }) => {
  const words = useWords();
  const decision = useView<AuditedDecisionView>(auditPaths.decision(me.organisationId, id));
  return (
    <section className="account-part">
      <button type="button" className="button" onClick={onBack}>
        {words.t('audit.back')}
      </button>
      {decision.error && <ProblemNotice error={decision.error} onRetry={() => void decision.refetch()} />}
      {decision.data && (
        <>
          <h2>{words.t('audit.replay')}</h2>
          <Replay replay={decision.data.replay} />
          <h2>{words.t('audit.thread')}</h2>
          <EntryList entries={decision.data.entries} timeZone={me.timeZone} />
        </>
      )}
    </section>
  );
};

const Replay = ({ replay }: { replay: AuditedDecisionView['replay'] }) => {
  const words = useWords();
  if (!replay) return <p>{words.t('audit.noReplay')}</p>;
  return (
    <div role="status">
      <p>{replay.isSame ? words.t('audit.same') : words.t('audit.differs', { fields: replay.differs.join(', ') })}</p>
      <ul>
        {replay.numbers.map(({ forecastId, code }) => (
          <li key={forecastId}>
            <code className="account-link">{forecastId}</code> {words.coded('audit.forecast', code, code)}
          </li>
        ))}
      </ul>
    </div>
  );
};
