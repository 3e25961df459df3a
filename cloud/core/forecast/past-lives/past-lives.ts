import type { Lessons } from '../method.ts';
import type { LifeLength } from './life-prior.ts';

/** One life among the lessons: rows [firstRow, endRow), by rising age. */
export interface PastLife extends LifeLength {
  readonly firstRow: number;
  readonly endRow: number;
  readonly fold: number;
}

/** The lives that the lessons come from. @param age by row, in the time unit. */
export const pastLivesOf = (
  { life, fold, left, endedInFailure }: Pick<Lessons, 'life' | 'fold' | 'left' | 'endedInFailure'>,
  age: Float32Array,
): PastLife[] => {
  const lives: PastLife[] = [];
  let firstRow = 0;
  for (let row = 1; row <= life.length; row++) {
    if (row < life.length && life[row] === life[firstRow]) continue;
    lives.push({
      firstRow,
      endRow: row,
      fold: fold[firstRow] as number,
      length: (age[row - 1] as number) + (left[row - 1] as number),
      failed: endedInFailure[firstRow] === 1,
    });
    firstRow = row;
  }
  return lives;
};

/** At most `most` rows of a life, evenly spread. */
export const spreadRows = ({ firstRow, endRow }: PastLife, most: number): number[] => {
  const count = Math.min(most, endRow - firstRow);
  return Array.from({ length: count }, (_, i) => firstRow + Math.floor(((i + 0.5) * (endRow - firstRow)) / count));
};

/** At most `most` of the lives, evenly spread over their lengths. */
export const spreadLives = (lives: readonly PastLife[], most: number): PastLife[] => {
  if (lives.length <= most) return [...lives];
  const ordered = [...lives].sort((a, b) => a.length - b.length || a.firstRow - b.firstRow);
  return Array.from({ length: most }, (_, i) => ordered[Math.floor(((i + 0.5) * lives.length) / most)] as PastLife);
};

/** Median time between neighbouring rows of a life, in the time unit. */
export const rowGapOf = ({ t, life }: Pick<Lessons, 't' | 'life'>): number => {
  const gaps: number[] = [];
  for (let row = 1; row < t.length; row++)
    if (life[row] === life[row - 1]) gaps.push((t[row] as number) - (t[row - 1] as number));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] || 1;
};

/** From the first row of each life to its end, in the time unit. */
export const watchedLengths = ({
  life,
  left,
  endedInFailure,
}: Pick<Lessons, 'life' | 'left' | 'endedInFailure'>): LifeLength[] =>
  [...life.keys()]
    .filter((row) => row === 0 || life[row] !== life[row - 1])
    .map((row) => ({ length: left[row] as number, failed: endedInFailure[row] === 1 }));
