import { useSyncExternalStore } from 'react';

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};

/** `#/machines/mch_1` -> `['machines', 'mch_1']`. */
export const segmentsOf = (hash: string): string[] =>
  hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent);

export const hrefOf = (...segments: string[]): string => `#/${segments.map(encodeURIComponent).join('/')}`;

export const useRoute = (): string[] => segmentsOf(useSyncExternalStore(subscribe, () => window.location.hash));
