import { quantileLevels } from '../forecast/blend/calibration.ts';
import { forecastRows, type RowForecast } from '../forecast/forecast.ts';
import { dataQualityAt } from '../forecast/inputs/data-quality.ts';
import { signalsOf } from '../forecast/inputs/signals.ts';
import type { ForecastModel } from '../forecast/model.ts';
import type { Training, UnseenForecasts } from '../forecast/train.ts';
import type { FleetHistory, MachineHistory } from '../history/fleet-history.ts';
import { type Life, livesOf } from '../history/lives.ts';
import { nonFalling, valueAt } from '../recommendations/curve.ts';
import type { ScoredPair } from './comparison.ts';
import type { ScoreSource } from './reliability.ts';
import { type AlertRule, cameTrue, countInto, emptyBins, lossOf, type SaidForecast, scoreLife } from './score-life.ts';

/** What forecasts of machines that their model had never seen were worth. */
export interface HeldOut {
  readonly component: string;
  /** One for each life of a machine, in the model's time unit. */
  readonly sources: readonly ScoreSource[];
  /** Lives that the present model had not seen either, by rising end. */
  readonly pairs: readonly ScoredPair[];
}

export interface HeldOutOptions {
  /** When something is recommended for a component; lengths of time in the time unit. */
  readonly ruleOf: (component: string) => AlertRule | undefined;
  /** The model in service and the lives that taught it, as `lifeKey` names them. */
  readonly present?: { readonly model: ForecastModel; readonly taughtBy: ReadonlySet<string> } | undefined;
}

export const lifeKey = (machine: string, component: string, endT: number): string =>
  `${machine} ${component} ${endT.toFixed(3)}`;

/** The risk that a rule watches, between the horizons that the forecast gives. */
const riskOf = (probabilities: SaidForecast['probabilities'], horizon: number): number =>
  valueAt(nonFalling([{ x: 0, y: 0 }, ...probabilities.map((one) => ({ x: one.horizon, y: one.value }))]), horizon);

const silentAt = (at: number): SaidForecast => ({ at, quantiles: null, probabilities: [], risk: null });

const saidOf = ({ t, life }: RowForecast, rule: AlertRule): SaidForecast =>
  life
    ? {
        at: t,
        quantiles: life.quantiles,
        probabilities: life.failureProbability,
        risk: riskOf(life.failureProbability, rule.horizon),
      }
    : silentAt(t);

/** One of the rows that were told out of fold, as a forecast in service would stand there. */
const unseenAt = (of: UnseenForecasts, i: number, at: number, rule: AlertRule): SaidForecast => {
  const [p05, p10, p50, p90, p95] = quantileLevels.map((_, q) => of.quantiles[q]?.[i] ?? Number.NaN) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const told = of.horizons.map(({ horizon, probability }) => ({ x: horizon, y: probability[i] as number }));
  const probabilities = nonFalling(told.filter(({ y }) => Number.isFinite(y))).map(({ x, y }) => ({
    horizon: x,
    value: y,
  }));
  return {
    at,
    quantiles: Number.isFinite(p50) ? { p05, p10, p50, p90, p95 } : null,
    probabilities,
    risk: probabilities.length > 0 ? riskOf(probabilities, rule.horizon) : null,
  };
};

interface HeldOutLife {
  readonly machine: MachineHistory;
  readonly life: Life;
  readonly said: readonly SaidForecast[];
  /** Positions of the rows in the machine. */
  readonly rows: readonly number[];
}

/** What each life of the training was told by what never saw its machine; a row with poor data is told nothing. */
const livesToldBy = (
  of: UnseenForecasts,
  { signals: spec }: ForecastModel,
  history: FleetHistory,
  rule: AlertRule,
): HeldOutLife[] => {
  const at = new Map<number, number[]>();
  of.machine.forEach((m, i) => {
    const known = at.get(m);
    if (known) known.push(i);
    else at.set(m, [i]);
  });
  return history.machines.flatMap((machine, m) => {
    const signals = signalsOf(spec, machine.columns, machine.t.length);
    return livesOf(machine, of.component).map((life): HeldOutLife => {
      const its = (at.get(m) ?? []).filter((i) => {
        const row = of.row[i] as number;
        return row >= life.firstRow && row < life.endRow;
      });
      const rows = its.map((i) => of.row[i] as number);
      const said = its.map((i, n) => {
        const row = rows[n] as number;
        const t = machine.t[row] as number;
        return dataQualityAt(spec, signals, 0, row).abstain ? silentAt(t) : unseenAt(of, i, t, rule);
      });
      return { machine, life, said, rows };
    });
  });
};

const sourceOf = (
  { machine: { machine }, life, said }: HeldOutLife,
  of: UnseenForecasts,
  cap: number,
  rule: AlertRule,
): ScoreSource => {
  const known = { until: life.endT, ended: life.ended };
  const horizons = of.horizons.map(({ horizon }) => {
    const bins = emptyBins();
    for (const { at, probabilities } of said) {
      const value = probabilities.find((one) => one.horizon === horizon)?.value;
      const failed = cameTrue(known, at, horizon);
      if (value !== undefined && failed !== undefined) countInto(bins, value, failed);
    }
    return { horizon, bins };
  });
  const score = scoreLife(said, known, rule, { cap, finding: null });
  return { machine, horizons, life: { ...score, endedBy: life.ended === 'failure' ? 'failure' : 'replacement' } };
};

/** A life that neither had seen, scored by both at the same rows; undefined where nothing of it came true. */
const pairOf = (
  { machine, life, said, rows }: HeldOutLife,
  present: ForecastModel,
  { component }: UnseenForecasts,
  cap: number,
  rule: AlertRule,
): ScoredPair | undefined => {
  const known = { until: life.endT, ended: life.ended };
  const before = forecastRows(present, component, machine, { rows, explain: false }).map((row) => saidOf(row, rule));
  const [ours, theirs] = [lossOf(said, known, cap), lossOf(before, known, cap)];
  return ours === null || theirs === null ? undefined : { machine: machine.machine, present: theirs, candidate: ours };
};

/**
 * Scores what a training says of each machine by what never saw it: the forecasts that its weights and intervals were
 * judged on.
 */
export const scoreHeldOut = (
  { model, unseen }: Training,
  history: FleetHistory,
  { ruleOf, present }: HeldOutOptions,
): HeldOut[] =>
  unseen.flatMap((of) => {
    const { component } = of;
    const asked = ruleOf(component);
    if (!asked) return [];
    // Where rows were thinned, so many rows in a row of all are fewer of these.
    const rule = { ...asked, inARow: Math.ceil(asked.inARow / of.stride) };
    const cap = model.targets.find((one) => one.component === component)?.rulCap ?? Number.POSITIVE_INFINITY;
    const lives = livesToldBy(of, model, history, rule);
    const knows = present?.model.targets.some((one) => one.component === component);
    const fresh = lives
      .filter(({ machine, life }) => knows && !present?.taughtBy.has(lifeKey(machine.machine, component, life.endT)))
      .sort((a, b) => a.life.endT - b.life.endT);
    return {
      component,
      sources: lives.map((life) => sourceOf(life, of, cap, rule)),
      pairs: fresh.flatMap((life) => (present && pairOf(life, present.model, of, cap, rule)) ?? []),
    };
  });
