import type { FeatureInfo } from '../inputs/window-features.ts';
import { shareFloats } from '../jobs.ts';
import type { FitOptions, Fitted, Lessons, Method, NotFitted } from '../method.ts';
import { explainNetwork } from './explain-network.ts';
import { type Network, type OutputLoss, runNetwork, writeNetwork } from './network.ts';
import { type NetworkAnswer, type NetworkFold, teachFold } from './network-job.ts';
import { inputOf, type NetworkState, networksOf, scaled } from './network-state.ts';

const hidden = [64, 32];
const batchRows = { least: 32, most: 256, each: 32 };
/** Passes over the rows; more where the rows are few, until there were enough steps. */
const epochs = { least: 20, most: 100 };
const leastSteps = 800;
/** Shares of the epochs after which a network may have learnt best. */
const checkpointShares = [0.5, 0.75, 1];
const learningRate = 0.015;
const decay = 0.004;
/** Networks of one fold differ by where they began; as many are averaged as there is time for. */
const mostSeeds = 3;
/** Part of the time left that more than one may take: they gain little. */
const partForSeeds = 0.25;
/** With fewer of its epochs a network learns nothing that trees do not know better. */
const leastEpochShare = 0.5;

// Measured with WebAssembly on one core of a server of about 2020, as in usual-work.ts.
const nsPerWeight = 1.6;
const nsPerStep = 700_000;

/**
 * A network of a few hundred machines drowns in the features of every sensor. Their principal components tell the same in
 * few numbers; a fleet without them has one sensor.
 */
const columnsFor = (infos: readonly FeatureInfo[]): number[] => {
  const ofSignal = new Set(['level', 'trend', 'spread', 'change']);
  const isCommon = ({ point }: FeatureInfo) => /^common\d+$/.test(point);
  const all = [...infos.keys()];
  if (!infos.some(isCommon)) return all;
  return all.filter((i) => isCommon(infos[i] as FeatureInfo) || !ofSignal.has((infos[i] as FeatureInfo).kind));
};

const momentsOf = (values: ArrayLike<number>): { centre: number; deviation: number } => {
  let count = 0;
  let sum = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    square += value * value;
  }
  const centre = count > 0 ? sum / count : 0;
  const variance = count > 0 ? square / count - centre * centre : 0;
  return { centre, deviation: Math.sqrt(Math.max(0, variance)) || 1 };
};

/** Everything of the state but what is still to be learnt, and the matrices that teach it. */
const prepare = (lessons: Lessons) => {
  const { inputs, rul, failed } = lessons;
  const count = rul.length;
  const columns = columnsFor(lessons.inputInfos);
  const scales = columns.map((i) => momentsOf(inputs[i] as Float32Array));
  const matrix = shareFloats(new Float32Array(count * columns.length));
  columns.forEach((i, c) => {
    const { centre, deviation } = scales[c] as { centre: number; deviation: number };
    const values = inputs[i] as Float32Array;
    for (let row = 0; row < count; row++)
      matrix[row * columns.length + c] = scaled(values[row] as number, centre, deviation);
  });
  const life = rul.some((v) => Number.isFinite(v)) ? momentsOf(rul) : null;
  const targets = [...(life ? [rul.map((v) => (v - life.centre) / life.deviation)] : []), ...failed];
  const losses: OutputLoss[] = [...(life ? ['squared' as const] : []), ...failed.map(() => 'logistic' as const)];
  const wanted = shareFloats(new Float32Array(count * targets.length));
  targets.forEach((values, o) => {
    for (let row = 0; row < count; row++) wanted[row * targets.length + o] = values[row] as number;
  });
  return {
    state: {
      columns,
      centre: scales.map(({ centre }) => centre),
      deviation: scales.map(({ deviation }) => deviation),
      life,
      horizons: failed.length,
    },
    matrix,
    wanted,
    losses,
  };
};

type Prepared = ReturnType<typeof prepare>;

interface Plan {
  readonly seeds: number;
  readonly epochs: number;
  readonly batchRows: number;
  readonly usualMs: number;
}

/** What there is time for; undefined when that is too little. */
const planFor = ({ state, losses }: Prepared, lessons: Lessons, options: FitOptions): Plan | undefined => {
  const learnt = (lessons.rul.length * (lessons.folds - 1)) / lessons.folds;
  const batch = Math.round(Math.max(batchRows.least, Math.min(batchRows.most, learnt / batchRows.each)));
  const steps = Math.max(1, Math.floor(learnt / batch));
  const passes = Math.max(epochs.least, Math.min(epochs.most, Math.ceil(leastSteps / steps)));
  const widths = [state.columns.length, ...hidden, losses.length];
  const weights = widths.slice(1).reduce((sum, width, l) => sum + width * (widths[l] as number), 0);
  const { pace, budget } = options;
  const oneMs = (lessons.folds * passes * steps * (batch * weights * nsPerWeight + nsPerStep)) / 1e6 / pace.threads;
  const endMs = budget.planned(1);
  let seeds = mostSeeds;
  while (seeds > 1 && pace.share(seeds * oneMs, endMs, partForSeeds) < 1) seeds--;
  const part = pace.share(seeds * oneMs, endMs);
  if (part < leastEpochShare) return undefined;
  return { seeds, epochs: Math.round(part * passes), batchRows: batch, usualMs: part * seeds * oneMs };
};

/** Mean loss of each output over the rows that count, summed up. */
const lossAt = ({ losses, wanted }: Prepared, answers: Float32Array, counts: (row: number) => boolean): number => {
  const sums = losses.map(() => ({ loss: 0, count: 0 }));
  for (let i = 0; i < answers.length; i++) {
    const truth = wanted[i] as number;
    const answer = answers[i] as number;
    const sum = sums[i % losses.length] as { loss: number; count: number };
    if (Number.isNaN(truth) || !counts(Math.floor(i / losses.length))) continue;
    sum.count++;
    sum.loss +=
      losses[i % losses.length] === 'squared'
        ? (answer - truth) ** 2
        : Math.log1p(Math.exp(-Math.abs(answer))) + Math.max(0, answer) - answer * truth;
  }
  return sums.reduce((total, { loss, count }) => total + loss / Math.max(1, count), 0);
};

/** Out-of-fold answers at one checkpoint, averaged over the seeds: one number a row and output. */
const outOfFoldAt = (jobs: readonly NetworkFold[], answers: readonly NetworkAnswer[], checkpoint: number) => {
  const { targets, losses, fold } = jobs[0] as NetworkFold;
  const seeds = jobs.filter(({ held }) => held === jobs[0]?.held).length;
  const sum = new Float32Array(targets.length);
  answers.forEach(({ taught }, j) => {
    const { held } = taught[checkpoint] as { held: Float32Array };
    let n = 0;
    for (let row = 0; row < fold.length; row++) {
      if (fold[row] !== (jobs[j] as NetworkFold).held) continue;
      for (let o = 0; o < losses.length; o++) {
        const at = row * losses.length + o;
        sum[at] = (sum[at] as number) + (held[n++] as number) / seeds;
      }
    }
  });
  return sum;
};

const jobsFor = (prepared: Prepared, lessons: Lessons, plan: Plan, options: FitOptions): NetworkFold[] =>
  Array.from({ length: plan.seeds * lessons.folds }, (_, job) => ({
    inputs: prepared.matrix,
    width: prepared.state.columns.length,
    targets: prepared.wanted,
    losses: prepared.losses,
    fold: lessons.fold,
    held: job % lessons.folds,
    hidden,
    epochs: plan.epochs,
    checkpoints: checkpointShares.map((share) => Math.round(share * plan.epochs)),
    batchRows: plan.batchRows,
    learningRate,
    decay,
    seed: options.seed * 1013 + job,
    endMs: options.budget.deadline(1),
  }));

/** The checkpoint that serves all folds best, and what each fold is told at the one that serves the others best. */
const bestCheckpoint = (prepared: Prepared, jobs: readonly NetworkFold[], answers: readonly NetworkAnswer[]) => {
  const { fold } = jobs[0] as NetworkFold;
  const tried = checkpointShares.map((_, checkpoint) => outOfFoldAt(jobs, answers, checkpoint));
  const bestFor = (counts: (row: number) => boolean): number => {
    const losses = tried.map((said) => lossAt(prepared, said, counts));
    return losses.indexOf(Math.min(...losses));
  };
  const bestWithout = Array.from({ length: 1 + Math.max(...fold) }, (_, k) => bestFor((row) => fold[row] !== k));
  const width = prepared.losses.length;
  const outOfFold = (tried[0] as Float32Array).map((_, i) => {
    const checkpoint = bestWithout[fold[Math.floor(i / width)] as number] as number;
    return (tried[checkpoint] as Float32Array)[i] as number;
  });
  return { checkpoint: bestFor(() => true), outOfFold };
};

const isLate: NotFitted = { leftOut: [{ code: 'METHOD_LATE', facts: { method: 'network' } }] };

const fit = async (lessons: Lessons, options: FitOptions): Promise<Fitted<NetworkState> | NotFitted> => {
  const prepared = prepare(lessons);
  const { state, losses } = prepared;
  const plan = planFor(prepared, lessons, options);
  if (!plan) return isLate;
  const jobs = jobsFor(prepared, lessons, plan, options);
  const ended = options.pace.begin();
  let done = 0;
  const answers = await Promise.all(
    jobs.map(async (job) => {
      const [answer] = await options.run(teachFold, [job]);
      options.report(++done / jobs.length);
      return answer ?? null;
    }),
  );
  ended(plan.usualMs);
  const taught = answers.filter((answer) => answer !== null);
  if (taught.length < jobs.length) return { leftOut: [{ code: 'NO_TEACHER', facts: {} }] };
  if (taught.some((answer) => answer.taught.length < checkpointShares.length)) return isLate;
  const { checkpoint, outOfFold } = bestCheckpoint(prepared, jobs, taught);
  const outputOf = (o: number) =>
    Float64Array.from(lessons.rul, (_, row) => outOfFold[row * losses.length + o] as number);
  const { life } = state;
  return {
    state: {
      ...state,
      members: taught.map((answer) => writeNetwork(answer.taught[checkpoint]?.network as Network)),
      backend: (taught[0] as NetworkAnswer).backend,
    },
    life: life
      ? outputOf(0).map((v) => life.centre + life.deviation * v)
      : new Float64Array(lessons.rul.length).fill(Number.NaN),
    margins: lessons.failed.map((_, h) => outputOf((life ? 1 : 0) + h)),
    leftOut: [],
  };
};

const forecast = (state: NetworkState, section: Float64Array) => {
  const { life, horizons } = state;
  const input = inputOf(state, section);
  const networks = networksOf(state);
  const sum = new Float64Array((life ? 1 : 0) + horizons);
  for (const network of networks) {
    const outputs = runNetwork(network, input);
    for (let o = 0; o < sum.length; o++) sum[o] = (sum[o] as number) + (outputs[o] as number) / networks.length;
  }
  return {
    life: life ? life.centre + life.deviation * (sum[0] as number) : Number.NaN,
    margins: [...sum.subarray(life ? 1 : 0)],
  };
};

/**
 * A small neural network on the features of the signals' principal components: smooth where trees are stepped. Remaining
 * life and failure within each horizon are taught together; several networks differ by fold and seed and are averaged.
 * Sources: A. Krogh and P. Sollich, Statistical mechanics of ensemble learning (1997) for the averaging; R. Caruana,
 * Multitask learning (1997).
 */
export const neuralNetwork: Method<NetworkState> = {
  name: 'network',
  section: 'features',
  fit,
  forecast,
  explain: explainNetwork,
  describe: ({ members, columns, backend }) =>
    `${members.length} networks on ${columns.length} features, taught with ${backend}`,
};
