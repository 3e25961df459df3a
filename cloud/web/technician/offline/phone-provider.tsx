import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { KeptDraft } from '../kept-draft.ts';
import { Phone, type PhoneState } from './phone.ts';
import type { PhoneStore } from './phone-store.ts';

const sendEveryMs = 10_000;

const PhoneContext = createContext<Phone | null>(null);

export const usePhone = (): Phone => {
  const phone = useContext(PhoneContext);
  if (!phone) throw new Error('usePhone stands outside of PhoneProvider');
  return phone;
};

export const usePhoneState = (): PhoneState => {
  const phone = usePhone();
  return useSyncExternalStore(phone.subscribe, phone.now);
};

/** Sends at the start, when the link or the page comes back, and now and then. */
export const PhoneProvider = ({
  store,
  me,
  drafts,
  children,
}: {
  store: PhoneStore;
  me: MeView;
  drafts: Map<string, KeptDraft>;
  children: ReactNode;
}) => {
  const queries = useQueryClient();
  const phone = useMemo(() => new Phone(store, queries, me, drafts), [store, queries, me, drafts]);
  useEffect(() => {
    const sendNow = () => void phone.send();
    sendNow();
    const timer = setInterval(sendNow, sendEveryMs);
    window.addEventListener('online', sendNow);
    document.addEventListener('visibilitychange', sendNow);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', sendNow);
      document.removeEventListener('visibilitychange', sendNow);
    };
  }, [phone]);
  return <PhoneContext value={phone}>{children}</PhoneContext>;
};
