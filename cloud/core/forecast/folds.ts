import type { Random } from '@kuluma/shared/clock.ts';

/** Machines dealt to at most `most` folds at random, as even as possible: every split is grouped by machine. */
export const machineFolds = (
  machines: readonly number[],
  most: number,
  random: Random,
): { fold: ReadonlyMap<number, number>; folds: number } => {
  const deck = [...machines];
  for (let i = deck.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [deck[i], deck[j]] = [deck[j] as number, deck[i] as number];
  }
  const folds = Math.min(most, deck.length);
  return { fold: new Map(deck.map((machine, i) => [machine, i % folds])), folds };
};
