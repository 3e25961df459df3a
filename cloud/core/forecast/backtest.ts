import { seededRandom } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { FleetHistory, MachineHistory } from '../history/fleet-history.ts';
import { type Life, livesOf } from '../history/lives.ts';
import { machineFolds } from './blend/folds.ts';
import { decideService, type ServicePolicy } from './decide-service.ts';
import { forecastRows, type RowForecast } from './forecast.ts';
import { remaining } from './inputs/dataset.ts';
import { outcomeBetween, type Watch, watchOf } from './inputs/failure-outcomes.ts';
import type { TargetModel } from './model.ts';
import { type TrainOptions, trainModel } from './train.ts';

/** What forecasts of machines that the model had never seen were worth. Lengths of time are in the time unit. */
export interface TargetBacktest {
  readonly component: string;
  readonly machines: number;
  readonly rows: number;
  readonly abstained: number;
  readonly accuracy: { readonly rows: number; readonly rmse: number; readonly mae: number };
  readonly calibration: {
    readonly coverage90: number;
    readonly coverage80: number;
    readonly meanWidth90: number;
    readonly horizons: readonly {
      horizon: number;
      rows: number;
      brier: number;
      meanForecast: number;
      failedShare: number;
    }[];
  };
  readonly alerts: {
    readonly policy: ServicePolicy;
    /** Lives that ended in a failure, and how many of them were alerted before it. */
    readonly failures: number;
    readonly caught: number;
    /** Lives that ended otherwise, and how many of them were alerted. */
    readonly censored: number;
    readonly censoredAlerted: number;
    readonly medianLeadTime: number | null;
  };
}

/** A forecast without its input, which a whole fleet of rows could not hold in memory. */
type Kept = Omit<RowForecast, 'inputs'>;

interface Scored {
  readonly life: Life;
  readonly watch: Watch;
  readonly forecasts: readonly Kept[];
}

const median = (values: readonly number[]): number | null =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

const scoreMachine = (args: {
  model: Parameters<typeof forecastRows>[0];
  component: string;
  machine: MachineHistory;
}): Scored[] => {
  const { model, component, machine } = args;
  const forecasts = forecastRows(model, component, machine, { explain: false }).map(
    ({ inputs: _, ...kept }): Kept => kept,
  );
  const lives = livesOf(machine, component);
  const watch = watchOf(lives);
  return lives.map((life) => ({ life, watch, forecasts: forecasts.slice(life.firstRow, life.endRow) }));
};

const accuracyOf = (pairs: readonly { truth: number; forecast: NonNullable<RowForecast['life']> }[]) => ({
  rows: pairs.length,
  rmse: Math.sqrt(mean(pairs.map(({ truth, forecast }) => (forecast.rul - truth) ** 2))),
  mae: mean(pairs.map(({ truth, forecast }) => Math.abs(forecast.rul - truth))),
});

const alertsOf = (scored: readonly Scored[], policy: ServicePolicy): TargetBacktest['alerts'] => {
  const leads: number[] = [];
  let failures = 0;
  let censored = 0;
  let censoredAlerted = 0;
  for (const { life, forecasts } of scored) {
    const { recommend, since } = decideService(forecasts, policy);
    if (life.ended === 'failure') failures++;
    else censored++;
    if (recommend && life.ended !== 'failure') censoredAlerted++;
    const lead = recommend ? life.endT - (forecasts[since] as Kept).t : 0;
    if (life.ended === 'failure' && lead > 0) leads.push(lead);
  }
  return { policy, failures, caught: leads.length, censored, censoredAlerted, medianLeadTime: median(leads) };
};

const summarise = (target: TargetModel, machines: number, scored: readonly Scored[]): TargetBacktest => {
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const made = scored.flatMap(({ life, watch, forecasts }) =>
    forecasts.flatMap(({ t, life: forecast }) => (forecast ? [{ life, watch, t, forecast }] : [])),
  );
  const pairs = made
    .map(({ life, t, forecast }) => ({ truth: remaining(life, t, cap), forecast }))
    .filter(({ truth }) => Number.isFinite(truth));
  const covered = (low: 'p05' | 'p10', high: 'p90' | 'p95') =>
    mean(
      pairs.map(({ truth, forecast: { quantiles } }) => Number(quantiles[low] <= truth && truth <= quantiles[high])),
    );
  const horizons = target.horizons.map(({ horizon }) => {
    const known = made.flatMap(({ watch, t, forecast }) => {
      const y = outcomeBetween(watch, t, 0, horizon);
      // A fold may not have learnt every horizon: the place in the list tells nothing.
      const p = forecast.failureProbability.find((one) => one.horizon === horizon)?.value;
      return Number.isFinite(y) && p !== undefined ? [{ y, p }] : [];
    });
    return {
      horizon,
      rows: known.length,
      brier: mean(known.map(({ y, p }) => (y - p) ** 2)),
      meanForecast: mean(known.map(({ p }) => p)),
      failedShare: mean(known.map(({ y }) => y)),
    };
  });
  const rows = scored.reduce((sum, { forecasts }) => sum + forecasts.length, 0);
  return {
    component: target.component,
    machines,
    rows,
    abstained: rows - made.length,
    accuracy: accuracyOf(pairs),
    calibration: {
      coverage90: covered('p05', 'p95'),
      coverage80: covered('p10', 'p90'),
      meanWidth90: mean(pairs.map(({ forecast: { quantiles } }) => quantiles.p95 - quantiles.p05)),
      horizons,
    },
    alerts: alertsOf(scored, { horizon: target.horizons[0]?.horizon ?? 0, probability: 0.5, rowsInARow: 3 }),
  };
};

/**
 * Forecasts every machine by models trained on the others, in `folds` groups, from the raw history to the last number:
 * scales, features, families, trees and intervals are learnt anew without the machines of the group.
 * @throws AppError NOT_ENOUGH_DATA when there are fewer than two machines or nothing to learn from.
 */
export const backtest = async (
  history: FleetHistory,
  options: TrainOptions & { readonly folds: number },
): Promise<TargetBacktest[]> => {
  const count = history.machines.length;
  if (count < 2) throw new AppError('NOT_ENOUGH_DATA', 'a back-test needs at least two machines');
  const { fold, folds } = machineFolds(
    history.machines.map((_, m) => m),
    options.folds,
    seededRandom(options.seed),
  );
  const scored = new Map<string, { target: TargetModel; machines: number; lives: Scored[] }>();
  for (let k = 0; k < folds; k++) {
    const machines = history.machines.filter((_, m) => fold.get(m) !== k);
    const model = await trainModel(
      { ...history, machines },
      {
        ...options,
        budgetMs: options.budgetMs / folds,
        report: (share) => options.report?.((k + share) / folds),
      },
    );
    for (const target of model.targets) {
      const entry = scored.get(target.component) ?? { target, machines: 0, lives: [] };
      history.machines.forEach((machine, m) => {
        if (fold.get(m) !== k) return;
        entry.machines++;
        entry.lives.push(...scoreMachine({ model, component: target.component, machine }));
      });
      scored.set(target.component, entry);
    }
  }
  return [...scored.values()].map(({ target, machines, lives }) => summarise(target, machines, lives));
};
