import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'kuluma.theme';
const listeners = new Set<() => void>();
const dark = () => window.matchMedia('(prefers-color-scheme: dark)');
const moreContrast = () => window.matchMedia('(prefers-contrast: more)');

const isTheme = (text: string | null): text is Theme => themes.some((theme) => theme === text);

const savedTheme = (): Theme => {
  const saved = localStorage.getItem(storageKey);
  return isTheme(saved) ? saved : 'system';
};

export const setTheme = (theme: Theme): void => {
  localStorage.setItem(storageKey, theme);
  applyTheme();
  for (const changed of listeners) changed();
};

const applyTheme = (): void => {
  const theme = savedTheme();
  const { dataset } = document.documentElement;
  if (theme === 'light' || theme === 'dark') dataset['theme'] = theme;
  else delete dataset['theme'];
  if (theme === 'contrast' || (theme === 'system' && moreContrast().matches)) dataset['contrast'] = 'more';
  else delete dataset['contrast'];
};

/** Called before the first paint, so that a saved theme never flashes; follows the device from then on. */
export const startTheme = (): void => {
  applyTheme();
  moreContrast().addEventListener('change', applyTheme);
};

const subscribe = (changed: () => void) => {
  listeners.add(changed);
  dark().addEventListener('change', changed);
  return () => {
    listeners.delete(changed);
    dark().removeEventListener('change', changed);
  };
};

export const useTheme = (): Theme => useSyncExternalStore(subscribe, savedTheme);

/** What the eye sees, for canvases that CSS does not reach. */
export const useIsDark = (): boolean =>
  useSyncExternalStore(subscribe, () => {
    const theme = savedTheme();
    return theme === 'light' || theme === 'dark' ? theme === 'dark' : dark().matches;
  });
