import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import type { LifeScore, ReliabilityBin } from '@kuluma/shared/model/model-life.ts';

/** A forecast as its score sees it. All times and lengths of time in one unit. */
export interface SaidForecast {
  readonly at: number;
  /** Null where it abstained. */
  readonly quantiles: Quantiles | null;
  /** By rising horizon; empty where it abstained. */
  readonly probabilities: readonly { readonly horizon: number; readonly value: number }[];
  /** P(failure) within the horizon of the service policy; null where it abstained. */
  readonly risk: number | null;
}

/** How far a life is known: to its end, or to now while it runs. */
export interface KnownLife {
  readonly until: number;
  readonly ended: 'failure' | 'censored';
}

export interface AlertRule {
  readonly horizon: number;
  readonly probability: number;
  readonly inARow: number;
}

const binCount = 10;

export const emptyBins = (): ReliabilityBin[] =>
  Array.from({ length: binCount }, () => ({ forecasts: 0, sum: 0, failures: 0 }));

/** 1 when the failure came within the horizon of the forecast, 0 when it did not, undefined when that is not known. */
export const cameTrue = (life: KnownLife, at: number, horizon: number): 0 | 1 | undefined => {
  if (at >= life.until) return undefined;
  if (life.ended === 'failure') return life.until - at <= horizon ? 1 : 0;
  return life.until - at >= horizon ? 0 : undefined;
};

/** Counts one probability and what came true. */
export const countInto = (bins: ReliabilityBin[], probability: number, failed: 0 | 1): void => {
  const at = Math.min(binCount - 1, Math.floor(probability * binCount));
  const { forecasts, sum, failures } = bins[at] as ReliabilityBin;
  bins[at] = { forecasts: forecasts + 1, sum: sum + probability, failures: failures + failed };
};

type Place = 'inside' | 'outside' | 'unknown';

/** Where the true remaining life lies against a band; of a censored life only that it is above the band may be known. */
const placeOf = (life: KnownLife, at: number, low: number, high: number, cap: number): Place => {
  const left = Math.min(life.until - at, cap);
  if (left > high) return 'outside';
  if (life.ended === 'censored') return high >= cap && left >= cap ? 'inside' : 'unknown';
  return left < low ? 'outside' : 'inside';
};

const bandCounts = (forecasts: readonly SaidForecast[], life: KnownLife, cap: number) => {
  const counts = { forecasts: 0, inside80: 0, outside80: 0, inside90: 0, outside90: 0 };
  for (const { at, quantiles } of forecasts) {
    if (!quantiles || at >= life.until) continue;
    counts.forecasts++;
    const place80 = placeOf(life, at, quantiles.p10, quantiles.p90, cap);
    const place90 = placeOf(life, at, quantiles.p05, quantiles.p95, cap);
    if (place80 !== 'unknown') counts[`${place80}80`]++;
    if (place90 !== 'unknown') counts[`${place90}90`]++;
  }
  return counts;
};

/** When the rule first called for a visit; undefined when it never did. An abstention neither counts nor breaks a row. */
export const firstAlertOf = (forecasts: readonly SaidForecast[], rule: AlertRule): number | undefined => {
  let inARow = 0;
  for (const { at, risk } of forecasts) {
    if (risk === null) continue;
    inARow = risk >= rule.probability ? inARow + 1 : 0;
    if (inARow >= rule.inARow) return at;
  }
  return undefined;
};

/**
 * An alert earlier than so many horizons before the failure would have sent somebody who finds no wear.
 * The factor is that of "first alert at 15 to 60 with a horizon of 30" of the C-MAPSS row in bench/forecast.
 */
const earliestHorizons = 2;

/** What a visit found, where there was one: it tells more than the calendar. */
export type Finding = 'worn' | 'sound' | null;

const alertOf = (
  life: KnownLife,
  alertAt: number | undefined,
  rule: AlertRule,
  finding: Finding,
): LifeScore['alert'] => {
  if (alertAt === undefined || alertAt >= life.until) return life.ended === 'failure' ? 'missed' : 'quiet';
  const lead = life.until - alertAt;
  if (life.ended === 'failure') return lead <= earliestHorizons * rule.horizon ? 'caught' : 'falseAlarm';
  if (finding) return finding === 'worn' ? 'caught' : 'falseAlarm';
  return lead > earliestHorizons * rule.horizon ? 'falseAlarm' : 'unknown';
};

export type LifeTally = Omit<LifeScore, 'endedAtMs' | 'endedBy' | 'against' | 'leadDays'> & {
  readonly lead: number | null;
};

/**
 * What the forecasts of one ended life were worth.
 * @param forecasts in the order of time.
 * @param cap of the remaining life that the model forecasts.
 */
export const scoreLife = (
  forecasts: readonly SaidForecast[],
  life: KnownLife,
  rule: AlertRule,
  options: { readonly cap: number; readonly finding: Finding },
): LifeTally => {
  const alertAt = firstAlertOf(forecasts, rule);
  const alert = alertOf(life, alertAt, rule, options.finding);
  const lead = alert === 'caught' && life.ended === 'failure' && alertAt !== undefined ? life.until - alertAt : null;
  return { ...bandCounts(forecasts, life, options.cap), alert, lead };
};

const levels = { p05: 0.05, p10: 0.1, p50: 0.5, p90: 0.9, p95: 0.95 } as const;

const pinball = (quantiles: Quantiles, truth: number): number => {
  let sum = 0;
  for (const [name, level] of Object.entries(levels)) {
    const above = truth - quantiles[name as keyof Quantiles];
    sum += above * (level - (above < 0 ? 1 : 0));
  }
  return sum / Object.keys(levels).length;
};

/**
 * Mean proper score of the forecasts of a life, lower is better, null when nothing of it can be told: the pinball loss of
 * the quantiles for a life that ended in a failure, the Brier score of the probabilities for another. The two are never
 * compared with each other, only forecasters by the same one.
 * Source: T. Gneiting, A. Raftery, Strictly proper scoring rules, prediction, and estimation (2007).
 */
export const lossOf = (forecasts: readonly SaidForecast[], life: KnownLife, cap: number): number | null => {
  let sum = 0;
  let count = 0;
  for (const { at, quantiles, probabilities } of forecasts) {
    if (at >= life.until) continue;
    if (life.ended === 'failure') {
      if (!quantiles) continue;
      sum += pinball(quantiles, Math.min(life.until - at, cap));
      count++;
      continue;
    }
    for (const { horizon, value } of probabilities) {
      if (cameTrue(life, at, horizon) === undefined) continue;
      sum += value * value;
      count++;
    }
  }
  return count > 0 ? sum / count : null;
};
