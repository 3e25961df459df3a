import { seededRandom } from '@kuluma/shared/clock.ts';
import type { FleetHistory } from '../history/fleet-history.ts';
import { horizonsOf } from '../history/fleet-history.ts';
import { livesOf } from '../history/lives.ts';
import { binColumn, learnBins } from './binning.ts';
import { featureFamilies } from './choose-family.ts';
import { buildDataset } from './dataset.ts';
import { roundCost } from './effort.ts';
import {
  failureOptions,
  keptForFailures,
  lifeOptions,
  mostFolds,
  mostRows,
  probe,
  probeRows,
  screening,
} from './fit-options.ts';
import { boost } from './gradient-boosting.ts';
import type { LearntSection } from './section.ts';
import type { SignalSpec } from './signals.ts';

const pilotRows = 3_000;
const pilotRounds = 12;
/** Part of the work that is really done: most fits end early, when validation stands still. */
const doneShare = 0.65;

/**
 * About how long training with full effort would take, in ms of the clock `now`: a small data set is made, a few trees
 * are grown on it and the quickest round counts, so that neither a cold start nor a busy moment looks like slow work.
 */
export const fullWorkMs = (
  history: FleetHistory,
  signals: SignalSpec,
  sections: readonly LearntSection[],
  now: () => number,
): number => {
  const [target] = history.meta.targets;
  if (!target) return 0;
  const start = now();
  const data = buildDataset(history, target, signals, sections, pilotRows);
  const columns = (data.inputs[0] ?? []).map((values) => binColumn(learnBins(values).edges, values));
  const buildMs = now() - start;
  const held = data.machine.length;
  if (held === 0) return 0;
  let roundMs = Number.POSITIVE_INFINITY;
  let last = now();
  const afterRound = (round: number): boolean => {
    const at = now();
    roundMs = Math.min(roundMs, at - last);
    last = at;
    return round + 1 < pilotRounds;
  };
  const rows = Int32Array.from(data.machine.keys());
  const weight = new Float64Array(held).fill(1);
  const allowed = [...columns.keys()];
  // Any target that trees can split does: here the number of the machine.
  boost(
    { columns, allowed, target: Float64Array.from(data.machine), weight, rows, random: seededRandom(1), afterRound },
    lifeOptions,
  );
  const total = history.machines.reduce(
    (sum, machine) => livesOf(machine, target.component).reduce((n, life) => n + life.endRow - life.firstRow, sum),
    0,
  );
  const fullRows = Math.min(total, mostRows);
  const horizons = horizonsOf(target, history.meta.timeUnit).length;
  const costOf = (options: typeof lifeOptions, all: number, width = columns.length) =>
    mostFolds * options.rounds * roundCost(options, all, width);
  const probing = costOf({ ...lifeOptions, ...probe }, Math.min(fullRows, probeRows));
  const cost =
    costOf(lifeOptions, fullRows) +
    horizons * costOf({ ...failureOptions, ...screening }, fullRows) +
    horizons * costOf(failureOptions, fullRows, Math.min(keptForFailures, columns.length)) +
    featureFamilies.length * (1 + horizons) * probing;
  const growMs = (doneShare * cost * roundMs) / roundCost(lifeOptions, held, columns.length);
  return history.meta.targets.length * ((buildMs * fullRows) / held + growMs);
};
