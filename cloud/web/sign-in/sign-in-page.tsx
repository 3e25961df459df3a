import './sign-in.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { homeOf } from '../parts/places.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { ReaderControls } from '../parts/reader-controls.tsx';
import { AskLink } from './ask-link.tsx';
import { Providers } from './providers.tsx';
import { UsePasskey } from './use-passkey.tsx';

/** The secret stands after `#`: a browser never sends that part, so it is in no server's log. */
const takeSecret = (): string => {
  const secret = decodeURIComponent(window.location.hash.slice(1));
  window.history.replaceState(null, '', window.location.pathname);
  return secret;
};

/** By an identity provider, from which the browser just came back. */
const wasRefused = new URLSearchParams(window.location.search).has('refused');
const given = takeSecret();
const once = 'once.';
/** A link that works once waits for a tap: some mail readers open every link that they see. */
const waits = given.startsWith(once);
const secret = waits ? given.slice(once.length) : given;

/** The page of a sign-in link; without one it sends one. */
export const SignInPage = () => {
  const words = useWords();
  const { mutate, error, data, isIdle, isPending } = useMutation<MeView, ProblemError>({
    mutationFn: () => postJson<MeView>(apiPaths.signIn(), { secret }),
    onSuccess: (me) => window.location.replace(homeOf(me.roles) ?? '/'),
  });
  useEffect(() => {
    document.title = `${words.t('door.enter')} – Kuluma`;
    if (secret !== '' && !waits) mutate();
  }, [mutate, words]);
  const isOver = error?.problem.code === 'NOT_SIGNED_IN' || error?.problem.code === 'INPUT_INVALID';
  return (
    <main className="door" id="content">
      <h1>Kuluma</h1>
      {waits && (isIdle || isPending) && (
        <>
          <p>{words.t('door.once')}</p>
          <button type="button" className="button primary" disabled={isPending} onClick={() => mutate()}>
            {words.t('door.enter')}
          </button>
        </>
      )}
      {secret !== '' && !waits && !error && !data && (
        <p className="soft" role="status">
          {words.t('door.signingIn')}
        </p>
      )}
      {data && (
        <p className="soft" role="status">
          {words.t('door.welcome', { name: data.name })}
        </p>
      )}
      {error && !isOver && <ProblemNotice error={error} onRetry={() => mutate()} />}
      {isOver && <p role="alert">{words.t('door.linkOver')}</p>}
      {(secret === '' || isOver) && (
        <>
          {wasRefused && <p role="alert">{words.t('door.refused')}</p>}
          <Providers />
          <UsePasskey />
          <AskLink />
        </>
      )}
      <ReaderControls />
    </main>
  );
};
