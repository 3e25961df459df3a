import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { DecideErasureCommand, PrivacyRequestRow } from '@kuluma/shared/model/views/privacy.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { useCommand } from '../parts/use-command.ts';

/** Who asked to be erased, and the answer of a named person. */
export const PrivacyRequests = ({ me }: { me: MeView }) => {
  const words = useWords();
  const requests = useView<PrivacyRequestRow[]>(privacyPaths.requests(me.organisationId));
  return (
    <section className="account-part">
      <h2>{words.t('privacy.title')}</h2>
      {requests.error && <ProblemNotice error={requests.error} onRetry={() => void requests.refetch()} />}
      {requests.data?.length === 0 && <p className="soft">{words.t('privacy.none')}</p>}
      <ul className="account-list">
        {requests.data?.map((row) => (
          <li key={row.requestId}>
            <RequestLine row={row} timeZone={me.timeZone} />
            {row.state === 'open' && <Decide me={me} row={row} />}
          </li>
        ))}
      </ul>
    </section>
  );
};

const RequestLine = ({ row, timeZone }: { row: PrivacyRequestRow; timeZone: string }) => {
  const words = useWords();
  const date = (iso: string | null) => (iso === null ? '' : words.date(Date.parse(iso), timeZone));
  const kindOf = (kind: string) => words.coded('privacy.kind', kind, words.t('privacy.kind.other'));
  const by = row.decidedByName ?? '';
  const counts = { offers: row.openOffers, visits: row.comingVisits, cases: row.openCases };
  return (
    <span>
      <strong>{row.name}</strong> <span className="soft">{row.ownerName ?? words.t('privacy.staff')}</span>
      <span className="soft account-since">
        {row.state === 'open' && words.t('privacy.due', { day: date(row.askedAt), due: date(row.dueAt) })}
        {row.state === 'refused' &&
          words.t('privacy.refused', { day: date(row.decidedAt), by, reason: row.reason ?? '' })}
        {row.state === 'done' &&
          words.t('privacy.done', { day: date(row.decidedAt), by, backups: date(row.backupsUntilAt) })}
      </span>
      {row.state === 'open' && row.openOffers + row.comingVisits + row.openCases > 0 && (
        <span className="soft account-since">{words.t('privacy.open', counts)}</span>
      )}
      {row.state === 'done' && (
        <span className="soft account-since">
          {words.t('privacy.removed', {
            what: Object.entries(row.removed)
              .map(([kind, count]) => `${kindOf(kind)} (${count})`)
              .join(', '),
          })}
        </span>
      )}
      {row.kept.map(({ kind, count, why }) => (
        <span key={`${kind} ${why}`} className="soft account-since">
          {words.t('privacy.kept', { what: `${kindOf(kind)} (${count})`, why: words.t(`privacy.why.${why}`) })}
        </span>
      ))}
    </span>
  );
};

const Decide = ({ me, row }: { me: MeView; row: PrivacyRequestRow }) => {
  const words = useWords();
  const [asks, setAsks] = useState<'nothing' | 'erase' | 'refuse'>('nothing');
  const [refusal, setRefusal] = useState('');
  const decide = useCommand<PrivacyRequestRow[], Omit<DecideErasureCommand, 'idempotencyKey'>>();
  const { name, requestId, version } = row;
  const send = (why: string | null) =>
    decide.mutate({
      target: { path: privacyPaths.decide(me.organisationId, requestId), version },
      body: { refusal: why },
    });
  const cancel = (
    <button type="button" className="button" onClick={() => setAsks('nothing')}>
      {words.t('privacy.cancel')}
    </button>
  );
  return (
    <>
      {decide.error && <ProblemNotice error={decide.error} command />}
      {asks === 'nothing' && (
        <span className="account-acts">
          <button
            type="button"
            className="button"
            aria-label={words.t('privacy.eraseOf', { name })}
            onClick={() => setAsks('erase')}
          >
            {words.t('privacy.erase')}
          </button>
          <button
            type="button"
            className="button"
            aria-label={words.t('privacy.refuseOf', { name })}
            onClick={() => setAsks('refuse')}
          >
            {words.t('privacy.refuse')}
          </button>
        </span>
      )}
      {asks === 'erase' && (
        <div className="account-part">
          <p>{words.t('privacy.eraseSay')}</p>
          <span className="account-acts">
            <button type="button" className="button primary" disabled={decide.isPending} onClick={() => send(null)}>
              {words.t('privacy.eraseSure')}
            </button>
            {cancel}
          </span>
        </div>
      )}
      {asks === 'refuse' && (
        <form
          className="account-form"
          onSubmit={(event) => {
            event.preventDefault();
            send(refusal.trim());
          }}
        >
          <label>
            {words.t('privacy.refusal')}
            <textarea
              className="field"
              required
              minLength={3}
              maxLength={500}
              rows={3}
              value={refusal}
              onChange={(event) => setRefusal(event.target.value)}
            />
          </label>
          <span className="account-acts">
            <button type="submit" className="button primary" disabled={decide.isPending}>
              {words.t('privacy.send')}
            </button>
            {cancel}
          </span>
        </form>
      )}
    </>
  );
};
