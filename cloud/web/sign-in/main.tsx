import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { homeOf } from '../parts/places.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { startPage } from '../parts/start-page.tsx';

/** The secret stands after `#`: a browser never sends that part, so it is in no server's log. */
const takeSecret = (): string => {
  const secret = decodeURIComponent(window.location.hash.slice(1));
  window.history.replaceState(null, '', window.location.pathname);
  return secret;
};

const secret = takeSecret();

const SignInPage = () => {
  const words = useWords();
  const { mutate, error, data } = useMutation<MeView, ProblemError, string>({
    mutationFn: (given) => postJson<MeView>(apiPaths.signIn(), { secret: given }),
    onSuccess: (me) => window.location.replace(homeOf(me.roles) ?? '/'),
  });
  useEffect(() => {
    if (secret !== '') mutate(secret);
  }, [mutate]);
  return (
    <main className="door">
      <h1>Kuluma</h1>
      {secret === '' && <p>{words.t('door.noSecret')}</p>}
      {secret !== '' && !error && (
        <p className="soft" role="status">
          {data ? words.t('door.welcome', { name: data.name }) : words.t('door.signingIn')}
        </p>
      )}
      {error && <ProblemNotice error={error} onRetry={() => mutate(secret)} />}
    </main>
  );
};

startPage(<SignInPage />);
