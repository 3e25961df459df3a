import type { FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import type { Life } from '../../history/lives.ts';
import type { FeatureKind } from './feature-kind.ts';
import type { SignalSpec } from './signals.ts';

/** How a machine was run: how much a component has worked, how hard, and in which season. */
export interface DutySpec {
  /** Names of the points of role usage and setting, in the order of the signals. */
  readonly usages: string[];
  readonly settings: string[];
  /** Whether seasons can be told apart. */
  readonly seasons: boolean;
}

const rateRows = 30;
const shortRows = 5;
const longRows = 60;
const yearDays = 365.25;
/** Seasons count from so many years on: in less each season was there once and may stand for anything else. */
const leastYears = 2;

/** Learns which of a fleet's usage, settings and seasons can tell something. */
export const learnDuty = (history: FleetHistory, signals: SignalSpec): DutySpec => {
  const name = (i: number) => history.points[i] as string;
  const first = history.machines.reduce((least, { t }) => Math.min(least, t[0] ?? least), Number.POSITIVE_INFINITY);
  const last = history.machines.reduce((most, { t }) => Math.max(most, t.at(-1) ?? most), Number.NEGATIVE_INFINITY);
  const seasons = history.meta.timeUnit === 'iso' && last - first >= leastYears * yearDays;
  return {
    usages: signals.usages.map(name),
    settings: signals.settings.map(name),
    seasons,
  };
};

interface DutyFeature {
  readonly name: string;
  readonly point: string;
  readonly kind: FeatureKind;
}

/** What `createDutyWriter` gives, in its order. */
export const dutyFeatures = ({ usages, settings, seasons }: DutySpec): DutyFeature[] => [
  ...usages.flatMap((point) =>
    ['last', 'sinceNew', 'rate'].map((suffix) => ({ name: `${point}.${suffix}`, point, kind: 'usage' as const })),
  ),
  ...settings.flatMap((point) =>
    ['mean5', 'mean60', 'meanLife'].map((suffix) => ({ name: `${point}.${suffix}`, point, kind: 'setting' as const })),
  ),
  ...(seasons
    ? ['sine', 'cosine'].map((wave) => ({ name: `season.${wave}`, point: 'season', kind: 'setting' as const }))
    : []),
];

/** Mean of what was measured in the rows (row - length, row] of a life. */
const meanBack = (column: Float64Array, firstRow: number, row: number, length: number): number => {
  let sum = 0;
  let n = 0;
  for (let j = Math.max(firstRow, row - length + 1); j <= row; j++) {
    const x = column[j] as number;
    if (Number.isFinite(x)) {
      sum += x;
      n++;
    }
  }
  return sum / n;
};

/** Running mean of a life's rows. */
const meansOfLife = (column: Float64Array, { firstRow, endRow }: Life): Float64Array => {
  let sum = 0;
  let n = 0;
  return column.subarray(firstRow, endRow).map((x) => {
    if (Number.isFinite(x)) {
      sum += x;
      n++;
    }
    return sum / n;
  });
};

/** A writer of the duty features of any row of a life into `out` from place `at` on; it gives the place behind them. */
export const createDutyWriter = (
  spec: DutySpec,
  { t, columns }: Pick<MachineHistory, 't' | 'columns'>,
  signalSpec: SignalSpec,
  life: Life,
) => {
  const usages = signalSpec.usages.map((i) => columns[i] as Float64Array);
  const settings = spec.settings.map((_, s) => columns[signalSpec.settings[s] as number] as Float64Array);
  const means = settings.map((column) => meansOfLife(column, life));
  // A component that was there from the beginning has worked as long as the counter tells.
  const atNew = usages.map((column) => (Number.isFinite(life.startT) ? (column[life.firstRow] as number) : 0));
  return (row: number, out: Float64Array, from: number): number => {
    let at = from;
    const now = t[row] as number;
    const back = Math.max(life.firstRow, row - rateRows);
    usages.forEach((column, u) => {
      const usage = column[row] as number;
      out[at++] = usage;
      out[at++] = usage - (atNew[u] as number);
      out[at++] = (usage - (column[back] as number)) / (now - (t[back] as number));
    });
    settings.forEach((column, s) => {
      out[at++] = meanBack(column, life.firstRow, row, shortRows);
      out[at++] = meanBack(column, life.firstRow, row, longRows);
      out[at++] = (means[s] as Float64Array)[row - life.firstRow] as number;
    });
    if (spec.seasons) {
      const angle = (2 * Math.PI * now) / yearDays;
      out[at++] = Math.sin(angle);
      out[at++] = Math.cos(angle);
    }
    return at;
  };
};
