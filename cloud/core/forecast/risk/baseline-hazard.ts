import { outcomesBetween } from '../inputs/failure-outcomes.ts';
import type { FeatureKind } from '../inputs/feature-kind.ts';
import type { Lessons } from '../method.ts';
import { type BinEdges, binColumn, binOf } from '../trees/binning.ts';
import { crossFit, type Fitting } from '../trees/cross-fit.ts';
import type { BoostOptions } from '../trees/gradient-boosting.ts';
import { type Boosted, heldScores, scoreOf } from '../trees/trees.ts';
import { hazardOf, spanHazards } from './hazard.ts';

/**
 * The hazard of a component as its age, the ages of its neighbours and what the machine is tell it: inputs of which it is
 * known today what they will be on a later day, so that the hazard of that day is known as far as they tell it.
 */
export interface BaselineHazard {
  /** Length of a step in the time unit. */
  readonly step: number;
  /** One model a fold of the log-odds to fail within one step. */
  readonly members: Boosted[];
  /** Inputs that grow with the time. */
  readonly growing: number[];
}

const growingKinds: readonly FeatureKind[] = ['age'];
const steadyKinds: readonly FeatureKind[] = ['attribute'];

/** More steps to the last horizon cost more than they tell. */
const mostSteps = 64;

const positions = (lessons: Lessons, kinds: readonly FeatureKind[]): number[] =>
  lessons.inputInfos.flatMap(({ kind }, i) => (kinds.includes(kind) ? [i] : []));

const stepCount = ({ step }: BaselineHazard, ends: readonly number[]): number =>
  Math.ceil((ends.at(-1) as number) / step - 1e-9);

/**
 * Learns the hazard of the step that follows each row. Rows of replaced and running components teach as far as they
 * were watched.
 * @returns the hazard, and the one that tells each fold what the others know.
 */
export const fitBaselineHazard = async (
  lessons: Lessons,
  fitting: Fitting,
  options: BoostOptions,
  { rowGap, end }: { readonly rowGap: number; readonly end: number },
): Promise<{ hazard: BaselineHazard; held: BaselineHazard; cut: boolean }> => {
  const step = Math.max(rowGap, end / mostSteps);
  const growing = positions(lessons, growingKinds);
  const allowed = [...growing, ...positions(lessons, steadyKinds)].sort((a, b) => a - b);
  const fit = await crossFit(fitting, outcomesBetween(lessons, 0, step), allowed, options);
  const hazardBy = (members: Boosted[]): BaselineHazard => ({ step, members, growing });
  return { hazard: hazardBy(fit.members), held: hazardBy(fit.heldMembers), cut: fit.cut };
};

/** Cumulative hazard of each span at each row, by members that did not learn from the row's fold. */
export const heldBaselineHazards = (
  hazard: BaselineHazard,
  { inputs, fold }: Lessons,
  { columns }: Fitting,
  edges: readonly BinEdges[],
  ends: readonly number[],
): Float64Array[] => {
  const sums = ends.map(() => new Float64Array(fold.length));
  const later = [...columns];
  for (let k = 0; k < stepCount(hazard, ends); k++) {
    for (const i of hazard.growing)
      later[i] = binColumn(
        edges[i] as BinEdges,
        (inputs[i] as Float32Array).map((value) => value + k * hazard.step),
      );
    const scores = heldScores(hazard.members, later, fold);
    const shares = spanHazards([...new Array<number>(k).fill(0), 1], hazard.step, ends);
    shares.forEach((share, s) => {
      if (share === 0) return;
      const sum = sums[s] as Float64Array;
      for (let row = 0; row < sum.length; row++)
        sum[row] = (sum[row] as number) + share * hazardOf(scores[row] as number);
    });
  }
  return sums;
};

/** Cumulative hazard of each span at one row. */
export const baselineHazards = (
  hazard: BaselineHazard,
  section: Float64Array,
  bins: Uint8Array,
  edges: readonly BinEdges[],
  ends: readonly number[],
): number[] => {
  const later = bins.slice();
  const steps = Array.from({ length: stepCount(hazard, ends) }, (_, k) => {
    for (const i of hazard.growing)
      later[i] = binOf(edges[i] as BinEdges, Math.fround((section[i] as number) + k * hazard.step));
    return hazardOf(scoreOf(hazard.members, later));
  });
  return spanHazards(steps, hazard.step, ends);
};
