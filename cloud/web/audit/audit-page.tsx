import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import type { AuditEntryView } from '@kuluma/shared/model/views/audit.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useState } from 'react';
import { AccountShell } from '../account/account-shell.tsx';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { AuditFilters, type Filters } from './audit-filters.tsx';
import { AuditedDecision } from './audited-decision.tsx';
import { EntryList } from './entry-list.tsx';
import { Verification } from './verification.tsx';

const atOnce = 50;

/** Who changed what, whether anybody touched that, and any past decision asked again. */
export const AuditPage = ({ me }: { me: MeView }) => {
  const words = useWords();
  const [decision, setDecision] = useState<string | null>(null);
  return (
    <AccountShell title={words.t('audit.title')}>
      {decision === null ? (
        <>
          <p className="soft">{words.t('audit.intro')}</p>
          <Verification organisationId={me.organisationId} />
          <Entries me={me} onDecision={setDecision} />
        </>
      ) : (
        <AuditedDecision me={me} id={decision} onBack={() => setDecision(null)} />
      )}
    </AccountShell>
  );
};

const Entries = ({ me, onDecision }: { me: MeView; onDecision: (id: string) => void }) => {
  const words = useWords();
  const [filters, setFilters] = useState<Filters>({});
  /** Ends of the pages that were shown before this one. */
  const [before, setBefore] = useState<string | undefined>();
  const query = { ...filters, limit: String(atOnce), ...(before === undefined ? {} : { beforeSeq: before }) };
  const entries = useView<AuditEntryView[]>(auditPaths.entries(me.organisationId), { query });
  const last = entries.data?.at(-1);
  return (
    <section className="account-part">
      <AuditFilters
        timeZone={me.timeZone}
        onShow={(next) => {
          setFilters(next);
          setBefore(undefined);
        }}
      />
      {entries.error && <ProblemNotice error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data?.length === 0 && <p>{words.t('audit.none')}</p>}
      {entries.data && <EntryList entries={entries.data} timeZone={me.timeZone} onDecision={onDecision} />}
      {last && entries.data?.length === atOnce && (
        <button type="button" className="button" onClick={() => setBefore(String(last.seq))}>
          {words.t('audit.more')}
        </button>
      )}
    </section>
  );
};
