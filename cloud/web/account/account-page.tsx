import { apiPaths } from '@kuluma/shared/model/api.ts';
import { useEffect } from 'react';
import { postJson } from '../parts/api-client.ts';
import { useLanguage } from '../parts/language.tsx';
import { homeOf } from '../parts/places.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useMe } from '../parts/queries.ts';
import { AccountShell } from './account-shell.tsx';
import { CalendarFeed } from './calendar-feed.tsx';
import { OwnData } from './own-data.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { Passkeys } from './passkeys.tsx';
import { SecondStep } from './second-step.tsx';

/** What is about the reader alone, whatever their role. */
export const AccountPage = () => {
  const { words, suggest } = useLanguage();
  const me = useMe();
  const known = me.data?.language;
  useEffect(() => {
    if (known) suggest(known);
    document.title = `${words.t('account.title')} – Kuluma`;
  }, [known, suggest, words]);
  const signOut = () =>
    void postJson(apiPaths.signOut(), {}).then(() => window.location.replace('/sign-in/'), reportError);
  return (
    <AccountShell
      title={words.t('account.title')}
      back={me.data ? <a href={homeOf(me.data.roles) ?? '/'}>{words.t('account.back')}</a> : null}
    >
      {me.error && <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && (
        <>
          <p>
            {me.data.name} <span className="soft">{me.data.organisationName}</span>
          </p>
          {me.data.roles.includes('admin') && <a href="/admin/">{words.t('people.title')}</a>}
          {me.data.roles.includes('auditor') && <a href="/audit/">{words.t('audit.title')}</a>}
          {me.data.technicianId && <CalendarFeed timeZone={me.data.timeZone} />}
          {!me.data.roles.includes('owner') && <SecondStep />}
          <Passkeys timeZone={me.data.timeZone} />
          <OwnData timeZone={me.data.timeZone} />
          <OwnSessions timeZone={me.data.timeZone} />
          <button type="button" className="button" onClick={signOut}>
            {words.t('account.endThis')}
          </button>
        </>
      )}
    </AccountShell>
  );
};
