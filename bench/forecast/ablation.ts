import type { FeatureInfo } from '@kuluma/cloud/core/forecast/inputs/window-features.ts';
import type { Methods } from '@kuluma/cloud/core/forecast/method.ts';
import { methods } from '@kuluma/cloud/core/forecast/methods.ts';
import { createBoostedTrees } from '@kuluma/cloud/core/forecast/trees/boosted-trees.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import type { Bench, Row } from '../bench.ts';
import { fleetOf, train } from './fleets.ts';

/** A forecaster without one of its parts. */
interface Variant {
  readonly name: string;
  readonly methods?: Methods;
  readonly history?: (history: FleetHistory) => FleetHistory;
}

const longestShortWindow = 30;
const windowOf = ({ name }: FeatureInfo): number => Number(/\.[a-zA-Z]+(\d+)$/.exec(name)?.[1] ?? 0);

const treesOn = (name: string, may: (feature: FeatureInfo) => boolean): Variant => ({
  name,
  methods: { anchor: createBoostedTrees(may), others: [] },
});

const without = (name: string): Variant => ({
  name: `without ${name}`,
  methods: { ...methods, others: methods.others.filter((method) => method.name !== name) },
});

/** Settings as if they were readings: the fleet has one regime then. */
const unregulated = (history: FleetHistory): FleetHistory => {
  const points = Object.entries(history.meta.points).map(
    ([name, point]) => [name, point.role === 'setting' ? { ...point, role: 'sensor' as const } : point] as const,
  );
  return { ...history, meta: { ...history.meta, points: Object.fromEntries(points) } };
};

const trees = { anchor: methods.anchor, others: [] };
const variants: readonly Variant[] = [
  { name: 'all parts' },
  ...methods.others.map(({ name }) => without(name)),
  { name: 'trees alone', methods: trees },
  treesOn('trees without age', ({ kind }) => kind !== 'age'),
  treesOn(`trees without windows over ${longestShortWindow} rows`, (one) => windowOf(one) <= longestShortWindow),
  treesOn('trees without common components', ({ point }) => !/^common\d+$/.test(point)),
  treesOn('trees without changes since new', ({ kind }) => kind !== 'change'),
];
const onlyWhereSettingsVary: Variant = { name: 'trees without regimes', methods: trees, history: unregulated };

/** Nothing is left out for want of time. */
const budgetMs = 600_000;

/** A part is worth its place when without it the error is not lower than with it by more than this share. */
const noise = 0.01;

const ablationOf = async (set: string, input: string, kind: string, parts: readonly Variant[]): Promise<Row> => {
  const given = await fleetOf(kind, input);
  const figures: Record<string, number> = {};
  for (const { name, methods: tried, history } of parts) {
    const model = await train(history ? history(given) : given, { budgetMs, ...(tried ? { methods: tried } : {}) });
    figures[name] = model.targets[0]?.metrics.rmse ?? Number.NaN;
    // An hour's work: what is known so far is told.
    console.error(`${set} ${name} ${figures[name]?.toPrecision(4)}`);
  }
  const whole = figures['all parts'] as number;
  return {
    what: `${set} training machines, RMSE out of fold: what each part brings`,
    toReach: 'no part makes it worse',
    measured: Object.entries(figures)
      .map(([name, rmse]) => `${name} ${Number(rmse.toPrecision(4))}`)
      .join('; '),
    met: Object.values(figures).every((rmse) => rmse > (1 - noise) * whole),
    figures,
  };
};

/** The forecaster without each of its parts, by its own forecasts of machines that it had not seen. */
export const ablation: Bench = async ({ full }) => [
  await ablationOf('C-MAPSS FD001', 'cmapss/train_FD001.txt.gz', 'cmapss', variants),
  ...(full
    ? [
        await ablationOf('C-MAPSS FD002', 'cmapss/train_FD002.txt.gz', 'cmapss', [...variants, onlyWhereSettingsVary]),
        await ablationOf('FEMTO', 'femto-bearings/learning_set_features.csv.gz', 'femto', variants),
      ]
    : []),
];
