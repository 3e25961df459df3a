import type { Random } from '@kuluma/shared/clock.ts';

/**
 * Machines dealt to at most `most` folds at random, as even as possible: every split is grouped by machine. Those
 * in `first`, which teach most, are dealt first, so that no fold takes them all.
 */
export const machineFolds = (
  machines: readonly number[],
  most: number,
  random: Random,
  first: ReadonlySet<number> = new Set(),
): { fold: ReadonlyMap<number, number>; folds: number } => {
  const deck = [...machines];
  for (let i = deck.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [deck[i], deck[j]] = [deck[j] as number, deck[i] as number];
  }
  const ordered = [...deck.filter((machine) => first.has(machine)), ...deck.filter((machine) => !first.has(machine))];
  const folds = Math.min(most, deck.length);
  return { fold: new Map(ordered.map((machine, i) => [machine, i % folds])), folds };
};
