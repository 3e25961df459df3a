import type { Covers } from '@kuluma/shared/model/agreements.ts';
import type { OwnerWords } from './words.ts';

export const coversOf = (words: OwnerWords, covers: Covers): string =>
  covers.length === 0
    ? words.t('agreement.coversNone')
    : words.t('agreement.covers', { what: covers.map((kind) => words.t(`cover.${kind}`)).join(', ') });

/** What a contract costs a month, and a visit where it asks for that too. */
export const agreementPrice = (
  words: OwnerWords,
  { monthlyGrossCents, visitGrossCents }: { readonly monthlyGrossCents: number; readonly visitGrossCents: number },
): string =>
  [
    words.t('agreement.month', { price: words.money(monthlyGrossCents) }),
    ...(visitGrossCents > 0 ? [words.t('agreement.visit', { price: words.money(visitGrossCents) })] : []),
  ].join(' ');
