import type { FailureThreshold, FleetHistory } from '../../history/fleet-history.ts';
import { type Life, livesOf } from '../../history/lives.ts';
import { leastFailures } from '../inputs/failure-outcomes.ts';
import type { MachineSource, Section, SectionWriter } from '../inputs/section.ts';
import { type SignalSpec, type Signals, signalsOf } from '../inputs/signals.ts';
import { learnTrend } from './learn-trend.ts';
import { filterTrend, type TrendModel, type TrendState } from './trend-filter.ts';

/** A point that is followed: the distance that is left to a given threshold, or its level, where failures are to teach one. */
interface Followed {
  readonly point: string;
  /** Position among the fleet's points; of a level among the sensors of the signals. */
  readonly column: number;
  readonly towards: Towards;
  /** 0 for a level. */
  readonly threshold: number;
  /** Taken by its logarithm: it grows by shares of itself. */
  readonly logged: boolean;
  /** The component that fails there; null for any. */
  readonly component: string | null;
  readonly trend: TrendModel;
}

/**
 * Where failure lies: above or below a given threshold, or where failures will tell. The name of the first number of a
 * point in the section.
 */
export type Towards = 'above' | 'below' | 'learnt';
const towards: readonly Towards[] = ['above', 'below', 'learnt'];

/** @param name of the first number of a point. */
export const towardsOf = (name: string): Towards | undefined => towards.find((one) => name.endsWith(`.${one}`));

/**
 * The numbers of each point, in this order: means, variances and covariance of distance and speed now, and what they will
 * gain. The distance of a level is that to 0 from below.
 */
export const trendNumbers = [
  'distance',
  'speed',
  'distanceVariance',
  'covariance',
  'speedVariance',
  'diffusion',
  'wander',
  'growth',
  'growthSpread',
] as const;

/** What is left to the threshold at each row, falling towards 0. */
const distances = (
  { column, towards: to, threshold, logged }: Omit<Followed, 'trend'>,
  columns: readonly Float64Array[],
  signals: Signals,
  [firstRow, endRow]: readonly [number, number],
): Float64Array => {
  if (to === 'learnt') return (signals.values[column] as Float64Array).slice(firstRow, endRow).map((value) => -value);
  const sign = to === 'above' ? 1 : -1;
  return (columns[column] as Float64Array)
    .slice(firstRow, endRow)
    .map((value) => sign * (logged ? Math.log(threshold / value) : threshold - value));
};

const isLogged = (signals: SignalSpec, column: number, threshold: number): boolean =>
  threshold > 0 && signals.logged[signals.sensors.indexOf(column)] === true;

const boundsOf = ({ above, below, component }: FailureThreshold) =>
  [
    { towards: 'above' as const, threshold: above, component: component ?? null },
    { towards: 'below' as const, threshold: below, component: component ?? null },
  ].flatMap((bound) => (bound.threshold === undefined ? [] : [{ ...bound, threshold: bound.threshold }]));

/** Whether some component has failed, but too seldom for anything else: only the number of failures is asked. */
const hasFewFailures = ({ meta, machines }: FleetHistory): boolean =>
  meta.targets.some(({ component }) => {
    const failed = machines
      .flatMap((machine) => livesOf(machine, component))
      .filter(({ ended }) => ended === 'failure');
    return failed.length > 0 && failed.length < leastFailures;
  });

const learn = (history: FleetHistory, spec: SignalSpec): Followed[] => {
  const given = history.points.flatMap((point, column) =>
    boundsOf(history.meta.points[point]?.failureThreshold ?? {}).map((bound) => ({
      point,
      column,
      ...bound,
      logged: isLogged(spec, column, bound.threshold),
    })),
  );
  const levels = spec.sensors.map((sensor, column) => ({
    point: history.points[sensor] as string,
    column,
    towards: 'learnt' as const,
    threshold: 0,
    logged: false,
    component: null,
  }));
  const wanted = [...given, ...(hasFewFailures(history) ? levels : [])];
  if (wanted.length === 0) return [];
  const signals = history.machines.map(({ columns, t }) => signalsOf(spec, columns, t.length));
  return wanted.flatMap((one) => {
    const paths = history.machines.map(({ t, columns }, m) => ({
      t,
      values: distances(one, columns, signals[m] as Signals, [0, t.length]),
    }));
    const trend = learnTrend(paths);
    return trend ? [{ ...one, trend }] : [];
  });
};

const writerOf = (spec: readonly Followed[], { history, signals }: MachineSource, life: Life): SectionWriter => {
  const rows = [life.firstRow, life.endRow] as const;
  const t = history.t.subarray(...rows);
  const states = spec.map((one) => {
    const known: (TrendState | undefined)[] = [];
    filterTrend(one.trend, { t, values: distances(one, history.columns, signals, rows) }, (_, state) =>
      known.push(state),
    );
    return known;
  });
  return (row, out) => {
    spec.forEach(({ trend }, i) => {
      const state = states[i]?.[row - life.firstRow];
      const numbers = state
        ? [
            state.level,
            -state.drift,
            state.levelVariance,
            -state.covariance,
            state.driftVariance,
            trend.diffusion,
            trend.wander,
            trend.growth,
            trend.growthSpread,
          ]
        : trendNumbers.map(() => Number.NaN);
      out.set(numbers, i * trendNumbers.length);
    });
  };
};

/** How near each point with a threshold of failure is to it, and how fast it comes nearer. */
export const trendSection: Section<Followed[]> = {
  name: 'trend',
  learn,
  inputsOf: (spec) =>
    spec.flatMap(({ point, component, towards: to }) =>
      trendNumbers.map((number) => ({
        name: `${point}.${number === 'distance' ? to : number}`,
        point,
        ...(component === null ? {} : { component }),
        kind: number === 'distance' ? ('level' as const) : ('trend' as const),
      })),
    ),
  writerOf,
};
