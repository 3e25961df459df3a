import { type IndexMoments, learnIndex, momentsOf } from './degradation-index.ts';
import { learnLifePrior } from './life-prior.ts';
import { type PastLife, spreadLives, spreadRows } from './past-lives.ts';
import { logDensityAt } from './remaining-life.ts';
import { type PastRows, pathOf, remainingBySimilarity, type Similarity, spreadOf } from './similarity.ts';

const rowsOfIndex = 60;
const rowsOfTrial = 12;
const mostGroups = 5;
const mostLives = 24;
/** Longest remaining life that is told apart, against the longest life seen. */
const reach = 20;
const trusts = [0, 0.25, 0.5, 0.75, 1] as const;

/** A failed life with what it teaches of the index. */
interface Lesson {
  readonly life: PastLife;
  readonly moments: IndexMoments;
}

interface Material {
  readonly rows: PastRows;
  readonly censored: readonly PastLife[];
  /** Shortest remaining life that is told apart, in the time unit. */
  readonly least: number;
}

/** Lessons dealt to groups, each with those of all other groups. */
const grouped = (lessons: readonly Lesson[]): { held: Lesson[]; others: Lesson[] }[] => {
  const groups = Math.min(mostGroups, lessons.length);
  return Array.from({ length: groups }, (_, g) => ({
    held: lessons.filter((_, i) => i % groups === g),
    others: lessons.filter((_, i) => i % groups !== g),
  }));
};

/** With the path of each past life by an index learnt without it, as a life not seen yet will have it. */
const learnOn = (lessons: readonly Lesson[], material: Material, trust: number): Similarity => {
  const { rows, censored, least } = material;
  const lengths = [...lessons.map(({ life }) => life), ...censored];
  const indexOfAll = (of: readonly Lesson[]) => learnIndex(of.map(({ moments }) => moments));
  const paths =
    lessons.length < 2
      ? []
      : grouped(lessons).flatMap(({ held, others }) => {
          const index = indexOfAll(others);
          return held.map(({ life }) => pathOf(life, rows, index));
        });
  return {
    prior: learnLifePrior(lengths),
    index: indexOfAll(lessons),
    paths,
    spread: spreadOf(paths),
    trust: paths.length < 2 ? 0 : trust,
    least,
    most: reach * lengths.reduce((most, { length }) => Math.max(most, length), least),
  };
};

/** The trust at which held lives were foreseen best. */
const chooseTrust = (lessons: readonly Lesson[], material: Material): number => {
  if (lessons.length < 3) return 0;
  const foreseen = trusts.map(() => 0);
  const { rows } = material;
  for (const { held, others } of grouped(lessons)) {
    const learnt = learnOn(others, material, 1);
    for (const { life } of held) {
      const trial = spreadRows(life, rowsOfTrial).filter((row) => (rows.left[row] as number) > 0);
      for (const row of trial) {
        const input = (f: number) => (rows.inputs[f] as Float32Array)[row] as number;
        trusts.forEach((trust, i) => {
          const life = remainingBySimilarity({ ...learnt, trust }, rows.age[row] as number, input);
          foreseen[i] = (foreseen[i] as number) + logDensityAt(life, rows.left[row] as number) / trial.length;
        });
      }
    }
  }
  return trusts[foreseen.indexOf(Math.max(...foreseen))] as number;
};

/**
 * Learns from past lives of a component, failed or cut short.
 * @param lives longer than 0, at least one failed; least: shortest remaining life that is told apart, the row interval.
 */
export const learnSimilarity = (lives: readonly PastLife[], rows: PastRows, least: number): Similarity => {
  const lessons = spreadLives(
    lives.filter(({ failed }) => failed),
    mostLives,
  ).map((life): Lesson => {
    const of = spreadRows(life, rowsOfIndex);
    const lesson = {
      inputs: rows.inputs,
      rows: of,
      age: of.map((row) => rows.age[row] as number),
      left: of.map((row) => rows.left[row] as number),
    };
    return { life, moments: momentsOf(lesson, least) };
  });
  const material = { rows, censored: lives.filter(({ failed }) => !failed), least };
  return learnOn(lessons, material, chooseTrust(lessons, material));
};
