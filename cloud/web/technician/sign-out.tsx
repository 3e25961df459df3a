import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { usePhone } from './offline/phone-provider.tsx';

/** Signing out wipes the phone; what waits is tried first, and lost only after a warning. */
export const SignOut = () => {
  const words = useWords();
  const phone = usePhone();
  const [waiting, setWaiting] = useState(0);
  const signOut = (force: boolean) => void phone.signOut(force).then(setWaiting);
  if (waiting === 0)
    return (
      <button type="button" className="button plain" onClick={() => signOut(false)}>
        {words.t('phone.signOut')}
      </button>
    );
  return (
    <div className="sign-out-warning" role="alert">
      <p>{words.t('phone.signOut.warn', { count: waiting })}</p>
      <button type="button" className="button primary" onClick={() => setWaiting(0)}>
        {words.t('phone.signOut.stay')}
      </button>
      <button type="button" className="button" onClick={() => signOut(true)}>
        {words.t('phone.signOut.confirm')}
      </button>
    </div>
  );
};
