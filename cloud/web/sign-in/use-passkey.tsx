import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { hasPasskeys } from '../parts/passkey-support.ts';
import { homeOf } from '../parts/places.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Signs in by whichever passkey the browser has for this service. */
export const UsePasskey = () => {
  const words = useWords();
  const { mutate, error, isPending } = useMutation<MeView>({
    mutationFn: async () => {
      const optionsJSON = await postJson<Options>(peoplePaths.passkeySignInOptions(), {});
      const { id, rawId, type, response } = await startAuthentication({ optionsJSON });
      return postJson<MeView>(peoplePaths.passkeySignIn(), {
        response: { id, rawId, type, response, clientExtensionResults: {} },
      });
    },
    onSuccess: (me) => window.location.replace(homeOf(me.roles) ?? '/'),
  });
  if (!hasPasskeys()) return null;
  return (
    <>
      <button type="button" className="button" disabled={isPending} onClick={() => mutate()}>
        {words.t('door.passkey')}
      </button>
      {error && <p role="alert">{words.t('door.passkeyFailed')}</p>}
    </>
  );
};
