import {
  type ForecastScore,
  type LifeScore,
  type Release,
  type ReliabilityBin,
  releaseGate,
} from '@kuluma/shared/model/model-life.ts';
import { type Share, shareOf } from './share.ts';

/** What a reliability is made of: the score of one component, or of a life of a past machine. Lengths of time in one unit. */
export interface ScoreSource {
  readonly machine: string;
  readonly horizons: readonly { readonly horizon: number; readonly bins: readonly ReliabilityBin[] }[];
  readonly life:
    | (Pick<LifeScore, 'endedBy' | 'inside80' | 'outside80' | 'inside90' | 'outside90' | 'alert'> & {
        readonly lead: number | null;
      })
    | null;
}

/** What we said against what happened. */
export interface Reliability {
  readonly machines: number;
  readonly lives: number;
  readonly failures: number;
  /** Share of the true lives inside the 80 % and the 90 % band; `n` counts lives, each weighing the same. */
  readonly coverage80: Share | null;
  readonly coverage90: Share | null;
  readonly horizons: readonly {
    readonly horizon: number;
    /** Tenths of probability with any forecast; the interval counts components, whose forecasts are not independent. */
    readonly bins: readonly { readonly said: number; readonly forecasts: number; readonly happened: Share }[];
  }[];
  /** Of the alerts, how many were right; of the failures, how many were announced in time. */
  readonly alertPrecision: Share | null;
  readonly alertRecall: Share | null;
  /** From the first alert to the failure. */
  readonly lead: { readonly low: number; readonly median: number; readonly high: number; readonly n: number } | null;
}

const coverageOf = (
  lives: readonly NonNullable<ScoreSource['life']>[],
  inside: 'inside80' | 'inside90',
  outside: 'outside80' | 'outside90',
): Share | null => {
  const known = lives.filter((life) => life.endedBy === 'failure' && life[inside] + life[outside] > 0);
  const covered = known.reduce((sum, life) => sum + life[inside] / (life[inside] + life[outside]), 0);
  return shareOf(covered, known.length);
};

const binsOf = (sources: readonly ScoreSource[], horizon: number) => {
  const totals = new Map<number, { forecasts: number; sum: number; failures: number; components: number }>();
  for (const { horizons } of sources)
    horizons
      .find((one) => one.horizon === horizon)
      ?.bins.forEach((bin, i) => {
        if (bin.forecasts === 0) return;
        const total = totals.get(i) ?? { forecasts: 0, sum: 0, failures: 0, components: 0 };
        total.forecasts += bin.forecasts;
        total.sum += bin.sum;
        total.failures += bin.failures;
        total.components++;
        totals.set(i, total);
      });
  return [...totals]
    .sort(([a], [b]) => a - b)
    .flatMap(([, { forecasts, sum, failures, components }]) => {
      const happened = shareOf((failures / forecasts) * components, components);
      return happened ? [{ said: sum / forecasts, forecasts, happened }] : [];
    });
};

const leadOf = (lives: readonly NonNullable<ScoreSource['life']>[]): Reliability['lead'] => {
  const leads = lives.flatMap(({ lead }) => (lead === null ? [] : [lead])).sort((a, b) => a - b);
  const at = (level: number) => leads[Math.min(leads.length - 1, Math.floor(level * leads.length))];
  const [low, median, high] = [at(0.1), at(0.5), at(0.9)];
  return low === undefined || median === undefined || high === undefined
    ? null
    : { low, median, high, n: leads.length };
};

/** Sums up scores of one component code and one model, or of several where that is wanted. */
export const reliabilityOf = (sources: readonly ScoreSource[]): Reliability => {
  const lives = sources.flatMap(({ life }) => (life ? [life] : []));
  const caught = lives.filter(({ alert }) => alert === 'caught').length;
  const wrong = lives.filter(({ alert }) => alert === 'falseAlarm').length;
  const due = lives.filter(({ alert, endedBy }) => alert === 'caught' || endedBy === 'failure').length;
  const horizons = [...new Set(sources.flatMap((source) => source.horizons.map(({ horizon }) => horizon)))];
  return {
    machines: new Set(sources.map(({ machine }) => machine)).size,
    lives: lives.length,
    failures: lives.filter(({ endedBy }) => endedBy === 'failure').length,
    coverage80: coverageOf(lives, 'inside80', 'outside80'),
    coverage90: coverageOf(lives, 'inside90', 'outside90'),
    horizons: horizons.sort((a, b) => a - b).map((horizon) => ({ horizon, bins: binsOf(sources, horizon) })),
    alertPrecision: shareOf(caught, caught + wrong),
    alertRecall: shareOf(caught, due),
    lead: leadOf(lives),
  };
};

/** The same of recorded scores, in days. */
export const sourceOf = ({ machineId, horizons, life }: ForecastScore): ScoreSource => ({
  machine: machineId,
  horizons: horizons.map(({ horizonDays, bins }) => ({ horizon: horizonDays, bins })),
  life: life && { ...life, lead: life.leadDays },
});

/** Alerts, and failures, on which a share is called measured. */
const leastMeasured = 5;

/** Whether forecasts of this reliability may lead to a recommendation: `advisory` ones are shown and no more. */
export const releaseOf = ({ alertPrecision, alertRecall }: Reliability): Release => {
  const measured = [alertPrecision, alertRecall].filter((share) => share !== null && share.n >= leastMeasured);
  const lowest = Math.min(...measured.map((share) => share?.value ?? 1));
  if (lowest < releaseGate.floor) return 'advisory';
  if (measured.length < 2) return 'unmeasured';
  return lowest >= releaseGate.target ? 'target' : 'released';
};
