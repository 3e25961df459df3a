import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import { type Effort, hurry } from '../effort/effort.ts';
import { largestShare } from '../effort/pace.ts';
import { choosingMs, growingMs, type WorkShape } from '../effort/usual-work.ts';
import type { FeatureInfo } from '../inputs/window-features.ts';
import { shareBytes, shareNumbers } from '../jobs.ts';
import type { FitOptions, Fitted, Lessons, Method } from '../method.ts';
import { type FailureRisk, fitFailureRisk, riskMargins, riskSpans } from '../risk/failure-risk.ts';
import { type BinEdges, binColumn, binOf, learnBins } from './binning.ts';
import { chooseFamily, familiesOf } from './choose-family.ts';
import { crossFit, type Fitting } from './cross-fit.ts';
import { lifeOptions } from './fit-options.ts';
import { type Boosted, scoreOf } from './trees.ts';

/** Ensembles have one member a fold, averaged. */
interface TreesState {
  /** Feature family that grouped validation chose. */
  readonly family: string;
  readonly life: Boosted[];
  /** Null where no horizon was watched to its end. */
  readonly risk: FailureRisk | null;
  readonly edges: BinEdges[];
  readonly typical: (number | null)[];
}

/** Part of the work that choosing a family takes. */
const choosing = 0.2;

/** The effort for growing all trees: less than planned where the work so far went too slowly. */
const effortLeft = (shape: WorkShape, { effort, pace, budget }: FitOptions): Effort => {
  const endMs = budget.planned(1);
  const less = (share: number): Effort => ({ ...effort, rounds: share * effort.rounds });
  return less(largestShare((share) => pace.share(growingMs(shape, less(share)) / pace.threads, endMs) >= 1));
};

/** Where errors of life count beside it, each row by the inverse of what is left; 1 in the mean, as where all count the same. */
const weightsOf = ({ rul, relativeUnit }: Lessons): Float64Array | null => {
  if (relativeUnit === null) return null;
  const weight = rul.map((left) => 1 / (left + relativeUnit));
  const known = weight.filter(Number.isFinite);
  const mean = known.reduce((sum, w) => sum + w, 0) / known.length;
  return shareNumbers(weight.map((w) => w / mean));
};

/** What growing with less than all effort goes without. */
const reductions = ({ rows, rounds, families }: Effort): LeftOut[] => [
  ...(rounds < 1
    ? [
        {
          code: 'WORK_REDUCED' as const,
          facts: { rowsPercent: Math.round(100 * rows), treesPercent: Math.round(100 * rounds) },
        },
      ]
    : []),
  ...(families ? [] : [{ code: 'FAMILIES_NOT_COMPARED' as const, facts: {} }]),
];

const fit = async (
  lessons: Lessons,
  options: FitOptions,
  may: (feature: FeatureInfo) => boolean,
): Promise<Fitted<TreesState>> => {
  const { rul, failed, inputInfos, fold, folds } = lessons;
  const { effort, budget, pace } = options;
  const bins = lessons.inputs.map(learnBins);
  const edges = bins.map((one) => one.edges);
  const columns = lessons.inputs.map((values, f) => shareBytes(binColumn(edges[f] as BinEdges, values)));
  const targets = [rul, ...failed].map(shareNumbers) as [Float64Array, ...Float64Array[]];
  const [life, ...failures] = targets;
  const weight = weightsOf(lessons);
  const spans = failures.length > 0 ? riskSpans(lessons).length : 0;
  const shape: WorkShape = { rows: rul.length, columns: columns.length, horizons: failures.length, spans };
  let done = 0;
  const fitting = (part: number): Fitting => ({
    columns,
    fold,
    folds,
    seed: options.seed,
    budget: budget.until(done + part),
    run: options.run,
    foldDone: () => {
      done += part / (folds * (1 + (spans > 0 ? 1 + spans : 0)));
      options.report(Math.min(1, done));
    },
  });
  const chosen = pace.begin();
  const families = familiesOf(inputInfos, may);
  const { name, allowed } = effort.families
    ? await chooseFamily(
        { ...fitting(choosing), foldDone: () => undefined },
        { target: life, weight },
        failures,
        families,
      )
    : families[0];
  if (effort.families) chosen(choosingMs(shape) / pace.threads);
  done = choosing;
  const left = effortLeft(shape, options);
  const rest = fitting(1 - choosing);
  const grown = pace.begin();
  const [ofLife, ofRisk] = await Promise.all([
    crossFit(rest, life, allowed, hurry(lifeOptions, left), { weight }),
    spans > 0 ? fitFailureRisk(lessons, rest, edges, allowed, left) : null,
  ]);
  grown(growingMs(shape, left) / pace.threads);
  const cut = ofLife.cut || ofRisk?.cut === true;
  return {
    state: {
      family: name,
      life: ofLife.members,
      risk: ofRisk?.risk ?? null,
      edges,
      typical: bins.map(({ typical }) => typical),
    },
    life: ofLife.outOfFold,
    margins: ofRisk?.margins ?? [],
    leftOut: [...reductions(left), ...(cut ? [{ code: 'TREES_CUT' as const, facts: {} }] : [])],
  };
};

const binsOf = ({ edges }: TreesState, section: Float64Array): Uint8Array =>
  Uint8Array.from(section, (value, f) => binOf(edges[f] as BinEdges, value));

/**
 * Contribution of each feature to one prediction: along the path of each tree the change of the node value goes to the
 * feature that split. Source: A. Saabas, Interpreting random forests (2014).
 */
const contributionsOf = (members: readonly Boosted[], bins: Uint8Array): Float64Array => {
  const contributions = new Float64Array(bins.length);
  for (const { trees } of members)
    for (const { feature, bin, left, right, value } of trees) {
      let node = 0;
      let split = feature[0] as number;
      while (split >= 0) {
        const next = ((bins[split] as number) <= (bin[node] as number) ? left[node] : right[node]) as number;
        contributions[split] =
          (contributions[split] as number) + ((value[next] as number) - (value[node] as number)) / members.length;
        node = next;
        split = feature[node] as number;
      }
    }
  return contributions;
};

/**
 * Gradient-boosted trees on window features: one ensemble for life, others for the risk of failure.
 * @param may which features they may split on.
 */
export const createBoostedTrees = (may: (feature: FeatureInfo) => boolean): Method<TreesState> => ({
  name: 'trees',
  section: 'features',
  fit: (lessons, options) => fit(lessons, options, may),
  forecast: (state, section) => {
    const bins = binsOf(state, section);
    return {
      life: scoreOf(state.life, bins),
      margins: state.risk ? riskMargins(state.risk, section, bins, state.edges) : [],
    };
  },
  explain: (state, section) => ({
    contributions: contributionsOf(state.life, binsOf(state, section)),
    typical: state.typical,
  }),
  describe: ({ family, life }) =>
    `features ${family}, ${life.reduce((sum, { trees }) => sum + trees.length, 0)} trees for life`,
});

export const boostedTrees = createBoostedTrees(() => true);
