import type { FeatureInfo } from '../inputs/window-features.ts';
import { type FoldInput, knownRows, lossOf } from './boost-job.ts';
import { crossFit, type Fitting } from './cross-fit.ts';
import { failureOptions, lifeOptions, probe, probeRows } from './fit-options.ts';
import type { BoostOptions } from './gradient-boosting.ts';

/** A smaller family must be this much better than all features: few machines make validation noisy. */
const leastGain = 0.02;

/** Families among which validation chooses: age misleads where lives differ much, absolute levels where machines do. */
export const featureFamilies: readonly { readonly name: string; readonly has: (feature: FeatureInfo) => boolean }[] = [
  { name: 'all', has: () => true },
  { name: 'no-age', has: ({ kind }) => kind !== 'age' },
  { name: 'relative', has: ({ kind }) => kind !== 'level' },
  { name: 'relative-no-age', has: ({ kind }) => kind !== 'level' && kind !== 'age' },
];

export interface Family {
  readonly name: string;
  /** Positions of its features. */
  readonly allowed: readonly number[];
}

/** The families of the features that may be used: all of them first, then those that leave some out and some in. */
export const familiesOf = (
  features: readonly FeatureInfo[],
  may: (feature: FeatureInfo) => boolean,
): readonly [Family, ...Family[]] => {
  const all: Family[] = featureFamilies.map(({ name, has }) => ({
    name,
    allowed: features.flatMap((feature, i) => (may(feature) && has(feature) ? [i] : [])),
  }));
  const [whole, ...smaller] = all as [Family, ...Family[]];
  return [whole, ...smaller.filter(({ allowed }) => allowed.length > 0 && allowed.length < whole.allowed.length)];
};

/** Variance of a squared-loss target, entropy of a logistic one: what a constant forecast would lose. */
const lossOfConstant = (loss: BoostOptions['loss'], target: Float64Array, weight: Float64Array | null): number => {
  const known = target.filter((y) => Number.isFinite(y));
  const mean = known.reduce((sum, y) => sum + y, 0) / known.length;
  if (loss === 'squared')
    return lossOf(
      loss,
      target.map(() => mean),
      { target, weight },
      knownRows(target),
    );
  return -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean));
};

const hasBoth = (failed: Float64Array): boolean => failed.includes(0) && failed.includes(1);

interface Tried {
  readonly family: Family;
  readonly loss: number;
}

/** The features of the family that forecasts unseen machines best, by a small model and the same folds. */
export const chooseFamily = async (
  fitting: Fitting,
  life: Pick<FoldInput, 'target' | 'weight'>,
  failed: readonly Float64Array[],
  families: readonly [Family, ...Family[]],
): Promise<Family> => {
  const tasks = [
    { ...life, options: { ...lifeOptions, ...probe } },
    ...failed.filter(hasBoth).map((target) => ({ target, weight: null, options: { ...failureOptions, ...probe } })),
  ];
  const thin = Math.max(1, Math.ceil(life.target.length / probeRows));
  const lossOfCandidate = async ({ allowed }: Family): Promise<number> => {
    const losses = tasks.map(async ({ target, weight, options }) => {
      const { outOfFold } = await crossFit(fitting, target, allowed, options, { thin, weight });
      const rows = knownRows(target);
      return lossOf(options.loss, outOfFold, { target, weight }, rows) / lossOfConstant(options.loss, target, weight);
    });
    return (await Promise.all(losses)).reduce((sum, loss) => sum + loss, 0);
  };
  const tried = families.map(async (family) => ({ family, loss: await lossOfCandidate(family) }));
  const [all, ...smaller] = (await Promise.all(tried)) as [Tried, ...Tried[]];
  const best = smaller.reduce((a, b) => (b.loss < a.loss ? b : a), all);
  return (best.loss < (1 - leastGain) * all.loss ? best : all).family;
};
