import type { Language } from '@kuluma/shared/model/base.ts';
import { type CatalogueWords, createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import type boardFi from './messages/board/fi.json';
import type messagesFi from './messages/fi.json';
import type setUpFi from './messages/set-up/fi.json';

/** Finnish is the catalogue that the others follow. */
export type Messages = typeof messagesFi & typeof boardFi & typeof setUpFi;
export type MessageKey = keyof Messages;
export type Words = CatalogueWords<MessageKey>;

export const createWords = (language: Language, messages: Record<string, string>): Words =>
  createCatalogueWords(language, messages);

/** `driveEndVibration` -> `Drive end vibration`: readable where the catalogue does not know a point. */
export const readableName = (name: string): string => {
  const spaced = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
