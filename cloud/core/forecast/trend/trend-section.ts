import type { FailureThreshold, FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import type { Life } from '../../history/lives.ts';
import type { MachineSource, Section, SectionWriter } from '../inputs/section.ts';
import type { SignalSpec } from '../inputs/signals.ts';
import { learnTrend } from './learn-trend.ts';
import { filterTrend, type TrendModel, type TrendState } from './trend-filter.ts';

/** A point with a threshold of failure, as the distance that is left to it. */
interface Approaching {
  readonly point: string;
  /** Position among the fleet's points. */
  readonly column: number;
  /** 1 when failure lies above the threshold, -1 when below. */
  readonly direction: number;
  readonly threshold: number;
  /** Taken by its logarithm: it grows by shares of itself. */
  readonly logged: boolean;
  /** The component that fails there; null for any. */
  readonly component: string | null;
  readonly trend: TrendModel;
}

/** The numbers of each point, in this order: means, variances and covariance of distance and speed now, and what they will gain. */
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
  { column, direction, threshold, logged }: Omit<Approaching, 'trend'>,
  columns: readonly Float64Array[],
  [firstRow, endRow]: readonly [number, number],
): Float64Array =>
  (columns[column] as Float64Array)
    .slice(firstRow, endRow)
    .map((value) => direction * (logged ? Math.log(threshold / value) : threshold - value));

const isLogged = (signals: SignalSpec, column: number, threshold: number): boolean =>
  threshold > 0 && signals.logged[signals.sensors.indexOf(column)] === true;

const boundsOf = ({ above, below, component }: FailureThreshold) =>
  [
    { direction: 1, threshold: above, component: component ?? null },
    { direction: -1, threshold: below, component: component ?? null },
  ].flatMap((bound) => (bound.threshold === undefined ? [] : [{ ...bound, threshold: bound.threshold }]));

const learn = (history: FleetHistory, signals: SignalSpec): Approaching[] =>
  history.points.flatMap((point, column) =>
    boundsOf(history.meta.points[point]?.failureThreshold ?? {}).flatMap((bound) => {
      const approaching = { point, column, ...bound, logged: isLogged(signals, column, bound.threshold) };
      const pathOf = ({ t, columns }: MachineHistory) => ({
        t,
        values: distances(approaching, columns, [0, t.length]),
      });
      const trend = learnTrend(history.machines.map(pathOf));
      return trend ? [{ ...approaching, trend }] : [];
    }),
  );

const writerOf = (spec: readonly Approaching[], { history }: MachineSource, life: Life): SectionWriter => {
  const rows = [life.firstRow, life.endRow] as const;
  const t = history.t.subarray(...rows);
  const states = spec.map((one) => {
    const known: (TrendState | undefined)[] = [];
    filterTrend(one.trend, { t, values: distances(one, history.columns, rows) }, (_, state) => known.push(state));
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
export const trendSection: Section<Approaching[]> = {
  name: 'trend',
  learn,
  inputsOf: (spec) =>
    spec.flatMap(({ point, component }) =>
      trendNumbers.map((number) => ({
        name: `${point}.${number}`,
        point,
        ...(component === null ? {} : { component }),
        kind: number === 'distance' ? ('level' as const) : ('trend' as const),
      })),
    ),
  writerOf,
};
