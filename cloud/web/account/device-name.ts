import type { Words } from '../parts/words.ts';

/** Newer names first: each browser also calls itself by those that came before it. */
const browsers = [
  ['Edge', /Edg\w*\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Chrome', /Chrome\/|CriOS\//],
  ['Safari', /Safari\//],
] as const;
const systems = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Macintosh/],
  ['Linux', /Linux/],
] as const;

/** What people call a browser and its system, of what it says of itself (User-Agent); undefined where that is neither. */
export const deviceName = (userAgent: string): { browser: string; system: string } | undefined => {
  const browser = browsers.find(([, sign]) => sign.test(userAgent))?.[0];
  const system = systems.find(([, sign]) => sign.test(userAgent))?.[0];
  return browser && system ? { browser, system } : undefined;
};

/** The same for a reader. */
export const deviceText = (words: Words, userAgent: string): string => {
  const known = deviceName(userAgent);
  return known ? words.t('account.device', known) : words.t('account.unknownDevice');
};
