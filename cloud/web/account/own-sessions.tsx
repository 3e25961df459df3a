import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { OwnSessionView } from '@kuluma/shared/model/views/people.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { deviceText } from './device-name.ts';

/** Every browser in which the reader is signed in; one that they do not know is signed out from here. */
export const OwnSessions = ({ timeZone }: { timeZone: string }) => {
  const words = useWords();
  const queries = useQueryClient();
  const sessions = useView<OwnSessionView[]>(peoplePaths.ownSessions());
  const end = useMutation<OwnSessionView[], ProblemError, string>({
    mutationFn: (sessionId) => postJson<OwnSessionView[]>(peoplePaths.endOwnSession(sessionId), {}),
    onSettled: () => queries.invalidateQueries(),
  });
  const at = (iso: string) => `${words.day(Date.parse(iso), timeZone)} ${words.time(Date.parse(iso), timeZone)}`;
  return (
    <section className="account-part">
      <h2>{words.t('account.sessions')}</h2>
      {sessions.error && <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.error && <ProblemNotice error={end.error} command />}
      <ul className="account-list">
        {sessions.data?.map((session) => (
          <li key={session.sessionId}>
            <span>
              <strong>{deviceText(words, session.device)}</strong>{' '}
              {session.isThisOne && `(${words.t('account.thisOne')})`}
              {session.signedInAt && (
                <span className="soft account-since">
                  {words.t('account.since', { at: at(session.signedInAt), until: at(session.expiresAt) })}
                </span>
              )}
            </span>
            {!session.isThisOne && (
              <button
                type="button"
                className="button"
                disabled={end.isPending}
                aria-label={`${words.t('account.end')}: ${deviceText(words, session.device)}`}
                onClick={() => end.mutate(session.sessionId)}
              >
                {words.t('account.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
