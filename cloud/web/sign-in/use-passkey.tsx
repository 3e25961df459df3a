import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useMutation } from '@tanstack/react-query';
import { useWords } from '../parts/language.tsx';
import { hasPasskeys } from '../parts/passkey-support.ts';
import { homeOf } from '../parts/places.ts';
import { showPasskey } from '../parts/show-passkey.ts';

/** Signs in by whichever passkey the browser has for this service. */
export const UsePasskey = () => {
  const words = useWords();
  const { mutate, error, isPending } = useMutation<MeView>({
    mutationFn: () => showPasskey<MeView>(peoplePaths.passkeySignIn()),
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
