import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { PersonRow } from '@kuluma/shared/model/views/people.ts';
import { useState } from 'react';
import { AccountShell } from '../account/account-shell.tsx';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { PersonActs } from './person-acts.tsx';
import { PersonForm } from './person-form.tsx';
import { PrivacyRequests } from './privacy-requests.tsx';

/** Who gets in, and what they may do. */
export const PeoplePage = ({ me }: { me: MeView }) => {
  const words = useWords();
  const people = useView<PersonRow[]>(peoplePaths.people(me.organisationId));
  /** The person whose form is open; `new` for one who is not there yet. */
  const [open, setOpen] = useState<string | null>(null);
  const close = () => setOpen(null);
  return (
    <AccountShell title={words.t('people.title')}>
      <p className="soft">{words.t('people.intro')}</p>
      {people.error && <ProblemNotice error={people.error} onRetry={() => void people.refetch()} />}
      {open === 'new' ? (
        <PersonForm organisationId={me.organisationId} onClose={close} />
      ) : (
        <button type="button" className="button primary" onClick={() => setOpen('new')}>
          {words.t('people.add')}
        </button>
      )}
      <section className="account-part">
        <ul className="account-list">
          {people.data?.map((person) => (
            <li key={person.personId}>
              {open === person.personId ? (
                <PersonForm organisationId={me.organisationId} person={person} onClose={close} />
              ) : (
                <>
                  <PersonLine person={person} />
                  <PersonActs me={me} person={person} onChange={() => setOpen(person.personId)} />
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
      <PrivacyRequests me={me} />
    </AccountShell>
  );
};

const PersonLine = ({ person }: { person: PersonRow }) => {
  const words = useWords();
  const roles = person.roles.map((role) => words.t(`people.short.${role}`)).join(', ');
  return (
    <span>
      <strong>{person.name}</strong> {person.isSelf && `(${words.t('people.you')})`}
      <span className="soft account-since">
        {person.email} · {roles || words.t('people.none')}
      </span>
      <span className="soft account-since">{words.t('people.signedIn', { count: person.sessions })}</span>
    </span>
  );
};
