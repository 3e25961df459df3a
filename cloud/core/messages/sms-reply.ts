/** What a contact answered by text message. */
export type SmsReply =
  | { readonly kind: 'slot'; readonly number: number }
  | { readonly kind: 'no' | 'call' | 'stop' | 'unclear' };

const words: readonly (readonly [word: string, kind: 'no' | 'call' | 'stop'])[] = [
  ['lopeta', 'stop'],
  ['stopp', 'stop'],
  ['stop', 'stop'],
  ['soita', 'call'],
  ['soittakaa', 'call'],
  ['ring', 'call'],
  ['call', 'call'],
  ['ei', 'no'],
  ['nej', 'no'],
  ['no', 'no'],
];
/** Words that say nothing beside a number: "aika 2", "ok 1 kiitos". */
const fillers = new Set(
  'aika ajan nro numero vaihtoehto ok okei joo kyllä kiitos otan tid alternativ ja tack time slot option yes please thanks'.split(
    ' ',
  ),
);
/** A word of so many letters may have one of them wrong. */
const leastForTypo = 4;

/** Whether one letter was changed, added, left out or swapped with its neighbour. */
const isNearly = (given: string, word: string): boolean => {
  if (Math.abs(given.length - word.length) > 1) return false;
  let i = 0;
  while (i < given.length && given[i] === word[i]) i++;
  const rest = (text: string, from: number) => text.slice(from);
  return (
    rest(given, i + 1) === rest(word, i + 1) ||
    rest(given, i + 1) === rest(word, i) ||
    rest(given, i) === rest(word, i + 1) ||
    (given[i] === word[i + 1] && given[i + 1] === word[i] && rest(given, i + 2) === rest(word, i + 2))
  );
};

const kindOfWord = (token: string): 'no' | 'call' | 'stop' | undefined =>
  words.find(([word]) => word === token)?.[1] ??
  words.find(([word]) => word.length >= leastForTypo && token.length >= leastForTypo && isNearly(token, word))?.[1];

/**
 * Reads the answer to an offer by text message: a number of the `slots` times, 0 for no, a word for a call or for no more
 * messages. What could mean two things means nothing: nobody is booked by a guess. Stopping goes before all else.
 */
export const readReply = (text: string, slots: number): SmsReply => {
  const tokens = text.toLowerCase().match(/[\p{L}]+|\d+/gu) ?? [];
  const kinds = new Set(tokens.flatMap((token) => kindOfWord(token) ?? []));
  if (kinds.has('stop')) return { kind: 'stop' };
  const numbers = tokens.filter((token) => /^\d+$/.test(token));
  const others = tokens.filter((token) => !/^\d+$/.test(token) && !fillers.has(token));
  const [only] = kinds;
  if (numbers.length === 0) return only && kinds.size === 1 ? { kind: only } : { kind: 'unclear' };
  const number = Number(numbers[0]);
  if (numbers.length > 1 || others.length > 0) return { kind: 'unclear' };
  if (number === 0) return { kind: 'no' };
  return number <= slots ? { kind: 'slot', number } : { kind: 'unclear' };
};
