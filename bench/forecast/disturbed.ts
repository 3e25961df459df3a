import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { detectStates } from '@kuluma/cloud/core/condition/state-detection.ts';
import type { Bench } from '../bench.ts';
import {
  baselineRows,
  controlled,
  type DisturbedRun,
  plant,
  runRows,
  shifted,
  stirred,
  uncoupled,
  waterLoop,
} from './disturbed-machines.ts';
import { dataFile, percent } from './fleets.ts';

const runsOfKind = 10;
const budgets = [0.05, 0.1, 0.2, 0.3];

/** The sensors of a rig's healthy record. */
const healthyRig = (): Float64Array[] => {
  const [head = [], ...rows] = gunzipSync(readFileSync(dataFile('skab-pump/anomaly-free.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  return head.slice(2).map((_, i) => Float64Array.from(rows, (row) => Number(row[i + 2])));
};

/** Runs by kind; what state detection is chosen on, since none of it is in any other row of the table. */
const disturbedRuns = (): Readonly<Record<string, readonly DisturbedRun[]>> => {
  const rig = healthyRig();
  const rows = rig[0]?.length ?? 0;
  const rigAt = (n: number) => {
    const from = Math.floor((n * (rows - runRows)) / runsOfKind);
    return rig.map((column) => column.slice(from, from + runRows));
  };
  const each = (run: (n: number) => DisturbedRun) => Array.from({ length: runsOfKind }, (_, n) => run(n));
  return {
    'rig, shift': each((n) => shifted(rigAt(n), n + 1, 1.2)),
    'rig, small shift': each((n) => shifted(rigAt((n + 3) % runsOfKind), n + 101, 0.7)),
    'rig, movement': each((n) => stirred(rigAt(n), n + 51, 1.7)),
    shift: each((n) => shifted(plant(n + 1), n + 1, 1)),
    warming: each((n) => shifted(plant(n + 21, { warming: 2 }), n + 1, 1.2)),
    wandering: each((n) => shifted(plant(n + 41, { walk: 0.04 }), n + 1, 1.5)),
    spikes: each((n) => shifted(plant(n + 61, { spikes: 0.02 }), n + 1, 1.2)),
    'unknown loads': each((n) => shifted(plant(n + 71, { loads: true, memory: 0.9 }), n + 1, 1.2)),
    movement: each((n) => stirred(plant(n + 31, { width: 12 }), n + 1, 1.6)),
    uncoupled: each((n) => uncoupled(plant(n + 81, { bend: 0.3 }), plant(n + 181, { bend: 0.3 }), n + 1)),
    'closing valve': each((n) => waterLoop(n + 6)),
    'closed loop': each((n) => controlled(n + 10)),
  };
};

const judge = (runs: readonly DisturbedRun[], falseAlarmBudget: number) => {
  const count = { hit: 0, miss: 0, false: 0, quiet: 0 };
  for (const { columns, isFaulty } of runs)
    for (const [row, { alarm }] of detectStates(columns, baselineRows, { falseAlarmBudget }).detections.entries()) {
      if (row < baselineRows) continue;
      if (alarm) count[isFaulty[row] ? 'hit' : 'false']++;
      else count[isFaulty[row] ? 'miss' : 'quiet']++;
    }
  return {
    f1: (2 * count.hit) / (2 * count.hit + count.miss + count.false),
    falseAlarmShare: count.false / (count.false + count.quiet),
  };
};

/** Twelve kinds of machines and faults, about half of the rows faulty: F1 and false alarms by budget. */
export const disturbed: Bench = async () => {
  const kinds = Object.entries(disturbedRuns());
  return budgets.map((budget) => {
    const judged = kinds.map(([kind, runs]) => ({ kind, ...judge(runs, budget) }));
    const mean = (of: 'f1' | 'falseAlarmShare') => judged.reduce((sum, one) => sum + one[of], 0) / judged.length;
    const [f1, falseAlarmShare] = [mean('f1'), mean('falseAlarmShare')];
    const worst = [...judged].sort((a, b) => a.f1 - b.f1)[0];
    return {
      what: `Disturbed machines, budget ${budget}, mean of ${judged.length} kinds: F1 / false-alarm rate`,
      toReach: 'none: what state detection is chosen on',
      measured: `${f1.toFixed(3)} / ${percent(falseAlarmShare)}; worst kind ${worst?.f1.toFixed(3)} (${worst?.kind})`,
      met: true,
      figures: { f1, falseAlarmShare, ...Object.fromEntries(judged.map(({ kind, f1: own }) => [kind, own])) },
    };
  });
};
