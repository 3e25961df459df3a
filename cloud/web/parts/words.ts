import type { Language, LocalText } from '@kuluma/shared/model/base.ts';
import { IntlMessageFormat } from 'intl-messageformat';
import { createFormat, type Format } from './format.ts';
import type messagesFi from './messages/fi.json';

/** Finnish is the catalogue that the others follow. */
export type Messages = typeof messagesFi;
export type MessageKey = keyof Messages;
export type MessageValues = Record<string, string | number>;

/** Everything that turns facts and codes into the reader's words. */
export interface Words extends Format {
  readonly language: Language;
  t(key: MessageKey, values?: MessageValues): string;
  /** For open sets of codes: the message of `prefix.code`, or `otherwise`. */
  coded(prefix: string, code: string, otherwise: string): string;
  /** A customer's own text in the reader's language. */
  own(text: LocalText): string;
}

export const createWords = (language: Language, messages: Record<string, string>): Words => {
  const format = createFormat(language);
  const parsed = new Map<string, IntlMessageFormat>();
  const say = (key: string, values?: MessageValues): string | undefined => {
    const text = messages[key];
    if (text === undefined) return undefined;
    let message = parsed.get(key);
    if (!message) {
      message = new IntlMessageFormat(text, format.locale);
      parsed.set(key, message);
    }
    return String(message.format(values));
  };
  return {
    ...format,
    language,
    t: (key, values) => say(key, values) ?? key,
    coded: (prefix, code, otherwise) => say(`${prefix}.${code}`) ?? otherwise,
    own: (text) => text[language],
  };
};

/** `driveEndVibration` -> `Drive end vibration`: readable where the catalogue does not know a point. */
export const readableName = (name: string): string => {
  const spaced = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

/** `Drive-end bearing` -> `drive-end bearing` inside a sentence; `PTFE seal` keeps its capitals. */
export const midSentence = (name: string): string =>
  /^\p{Lu}[\p{Lu}\d]/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
