import { IconCheck, IconCloudUp } from '@tabler/icons-react';
import { useWords } from '../parts/language.tsx';
import { usePhoneState } from './offline/phone-provider.tsx';

/** In words: what the service has not heard of yet. */
export const SyncState = () => {
  const words = useWords();
  const { acts, photos, isRead, isSignedOut, isBroken } = usePhoneState();
  const Sign = acts.length + photos.length > 0 ? IconCloudUp : IconCheck;
  return (
    <p className="sync-state" role="status">
      {isRead && <Sign size={18} aria-hidden="true" />}
      {acts.length > 0 && words.t('phone.waiting', { count: acts.length })}
      {photos.length > 0 && <span>{words.t('photo.waiting', { count: photos.length })}</span>}
      {isRead && acts.length + photos.length === 0 && words.t('phone.sent')}
      {isSignedOut && <span className="sync-note">{words.t('phone.signedOut')}</span>}
      {isBroken && <span className="sync-note">{words.t('phone.broken')}</span>}
    </p>
  );
};
