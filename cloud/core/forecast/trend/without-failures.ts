import type { Dataset } from '../inputs/dataset.ts';
import type { LearntSection } from '../inputs/section.ts';
import type { TargetModel } from '../model.ts';
import { knowsThreshold, trendStateOf, trendToThreshold } from './trend.ts';

/** Log-odds that need no calibration, as nothing came true that they could be held against. */
const asItIs = { slope: 1, offset: 0 };

/**
 * The forecaster of a component that has not failed yet, or too seldom to learn from: the trends of its points to the
 * thresholds that the user gave, or to the level at which it failed. Its metrics are empty, as no forecast can be judged.
 * @returns undefined when no point has a threshold for this component and no failure taught one.
 */
export const fitWithoutFailures = (args: {
  component: string;
  rulCap: number | null;
  data: Dataset;
  sections: readonly LearntSection[];
}): TargetModel | undefined => {
  const { component, rulCap, data } = args;
  const at = args.sections.findIndex(({ name }) => name === trendToThreshold.section);
  const section = args.sections[at];
  if (!section || data.t.length === 0) return undefined;
  const state = trendStateOf({
    ...data,
    component,
    inputs: data.inputs[at] as readonly Float32Array[],
    inputInfos: section.inputs,
    cap: rulCap ?? Number.POSITIVE_INFINITY,
    relativeUnit: null,
  });
  if (!knowsThreshold(state)) return undefined;
  // Longer than the trend is followed is one and the same.
  const reach = Math.min(state.reach, rulCap ?? state.reach);
  return {
    component,
    rulCap: reach,
    referenceLife: reach,
    methods: [{ name: trendToThreshold.name, section: section.name, state }],
    lifeWeights: [1],
    quantiles: trendToThreshold.name,
    horizons: data.horizons.map((horizon) => ({ horizon, parts: [{ weight: 1, scale: asItIs }], scale: asItIs })),
    metrics: {
      machines: new Set(data.machine).size,
      failures: data.failures,
      rows: 0,
      rmse: 0,
      coverage90: 0,
      meanWidth90: 0,
      horizons: [],
      methods: [
        {
          name: trendToThreshold.name,
          note: trendToThreshold.describe(state),
          knows: 1,
          rmse: 0,
          lifeWeight: 1,
          horizonWeights: data.horizons.map(() => 1),
        },
      ],
    },
  };
};
