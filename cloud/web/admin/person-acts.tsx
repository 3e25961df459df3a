import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { InvitationView, PersonRow } from '@kuluma/shared/model/views/people.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useCommand } from '../parts/use-command.ts';

/** What an administrator does with one person. */
export const PersonActs = ({ me, person, onChange }: { me: MeView; person: PersonRow; onChange: () => void }) => {
  const words = useWords();
  const [invitation, setInvitation] = useState<InvitationView | null>(null);
  const invite = useCommand<InvitationView, object>(setInvitation);
  const signOut = useCommand<PersonRow, object>();
  const reset = useCommand<PersonRow, object>();
  const { name, personId, roles, sessions } = person;
  const path = (of: typeof peoplePaths.invite) => ({ path: of(me.organisationId, personId) });
  const error = invite.error ?? signOut.error ?? reset.error;
  return (
    <>
      <span className="account-acts">
        <button type="button" className="button" aria-label={words.t('people.changeOf', { name })} onClick={onChange}>
          {words.t('people.change')}
        </button>
        {roles.length > 0 && (
          <button
            type="button"
            className="button"
            disabled={invite.isPending}
            aria-label={words.t('people.inviteOf', { name })}
            onClick={() => invite.mutate({ target: path(peoplePaths.invite), body: {} })}
          >
            {words.t('people.invite')}
          </button>
        )}
        {sessions > 0 && (
          <button
            type="button"
            className="button"
            disabled={signOut.isPending}
            aria-label={words.t('people.signOutOf', { name })}
            onClick={() => signOut.mutate({ target: path(peoplePaths.signOutPerson), body: {} })}
          >
            {words.t('people.signOut')}
          </button>
        )}
        {roles.length > 0 && !person.isSelf && (
          <button
            type="button"
            className="button"
            disabled={reset.isPending}
            aria-label={words.t('people.resetOf', { name })}
            onClick={() => reset.mutate({ target: path(peoplePaths.resetSecondFactor), body: {} })}
          >
            {words.t('people.reset')}
          </button>
        )}
      </span>
      {reset.data && <p role="status">{words.t('people.wasReset', { name })}</p>}
      {error && <ProblemNotice error={error} command />}
      {invitation && <Invited invitation={invitation} name={name} timeZone={me.timeZone} />}
    </>
  );
};

const Invited = ({ invitation, name, timeZone }: { invitation: InvitationView; name: string; timeZone: string }) => {
  const words = useWords();
  const untilMs = Date.parse(invitation.expiresAt);
  const until = `${words.day(untilMs, timeZone)} ${words.time(untilMs, timeZone)}`;
  if (invitation.isSent) return <p role="status">{words.t('people.invited', { until })}</p>;
  return (
    <p role="status">
      {words.t('people.handOver', { name, until })}
      <code className="account-link">{invitation.link}</code>
    </p>
  );
};
