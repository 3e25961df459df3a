import { IntlMessageFormat } from 'intl-messageformat';
import type { Language, LocalText } from './base.ts';
import { createFormat, type Format } from './format.ts';

export type MessageValues = Record<string, string | number>;

/** Everything that turns facts and codes into words of a language, from a catalogue of ICU messages. */
export interface CatalogueWords<K extends string> extends Format {
  readonly language: Language;
  t(key: K, values?: MessageValues): string;
  /** For open sets of codes: the message of `prefix.code`, or `otherwise`. */
  coded(prefix: string, code: string, otherwise: string): string;
  /** A customer's own text in the reader's language. */
  own(text: LocalText): string;
}

export const createCatalogueWords = <K extends string>(
  language: Language,
  messages: Readonly<Record<string, string>>,
): CatalogueWords<K> => {
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

/** `Drive-end bearing` -> `drive-end bearing` inside a sentence; `PTFE seal` keeps its capitals. */
export const midSentence = (name: string): string =>
  /^\p{Lu}[\p{Lu}\d]/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
