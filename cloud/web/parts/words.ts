import type { Language } from '@kuluma/shared/model/base.ts';
import { type CatalogueWords, createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import type sharedFi from '@kuluma/shared/model/words/fi.json';
import type boardFi from './messages/board/fi.json';
import type doorFi from './messages/door/fi.json';
import type messagesFi from './messages/fi.json';
import type gatewayFi from './messages/gateway/fi.json';
import type machineFi from './messages/machine/fi.json';
import type phoneFi from './messages/phone/fi.json';
import type setUpFi from './messages/set-up/fi.json';

/** Finnish is the catalogue that the others follow. */
export type Messages = typeof sharedFi &
  typeof messagesFi &
  typeof boardFi &
  typeof machineFi &
  typeof doorFi &
  typeof gatewayFi &
  typeof phoneFi &
  typeof setUpFi;
export type MessageKey = keyof Messages;
export type Words = CatalogueWords<MessageKey>;

export const createWords = (language: Language, messages: Record<string, string>): Words =>
  createCatalogueWords(language, messages);
