import { seededRandom } from '@kuluma/shared/clock.ts';
import { asAppError } from '@kuluma/shared/errors.ts';
import { machineFolds } from '../forecast/blend/folds.ts';
import { forecastRows, type RowForecast } from '../forecast/forecast.ts';
import { rowIntervalOf } from '../forecast/inputs/window-features.ts';
import type { ForecastModel, TargetModel } from '../forecast/model.ts';
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
  readonly seed: number;
  readonly folds: number;
  readonly train: (history: FleetHistory) => Promise<ForecastModel>;
  /** Asked after each fold: what time does not allow is not scored. Folds are dealt at random, so that any of them will do. */
  readonly isOver?: () => boolean;
  /** When something is recommended for a component; lengths of time in the time unit. */
  readonly ruleOf: (component: string) => AlertRule | undefined;
  /** The model in service and the lives that taught it, as `lifeKey` names them. */
  readonly present?: { readonly model: ForecastModel; readonly taughtBy: ReadonlySet<string> } | undefined;
}

/** Rows over all machines that are forecast, if the horizon allows: enough for shares, and bounded. */
const mostRows = 2_000;
/** Into so many steps the horizon of a rule is cut at least: an alert must not come late because nobody looked. */
const leastLooks = 8;

/** How a life is looked at: every so many rows, at as many rows in a row as the rule asks for. */
interface Look {
  /** For looks: one that hits is an alert. */
  readonly rule: AlertRule;
  readonly stride: number;
  readonly rowsEach: number;
}

/** Rows are not all forecast where there are many; but what the rule asks of rows in a row is asked of rows in a row. */
const lookingAt = (history: FleetHistory, rule: AlertRule): Look => {
  const rows = history.machines.reduce((sum, { t }) => sum + t.length, 0);
  const longest = Math.floor(rule.horizon / rowIntervalOf(history) / leastLooks);
  const stride = Math.min(Math.ceil((rows * rule.inARow) / mostRows), longest);
  return stride > rule.inARow
    ? { rule: { ...rule, inARow: 1 }, stride, rowsEach: rule.inARow }
    : { rule, stride: 1, rowsEach: 1 };
};

export const lifeKey = (machine: string, component: string, endT: number): string =>
  `${machine} ${component} ${endT.toFixed(3)}`;

/** The risk that a rule watches, between the horizons that the forecast gives. */
const riskOf = (probabilities: SaidForecast['probabilities'], horizon: number): number =>
  valueAt(nonFalling([{ x: 0, y: 0 }, ...probabilities.map((one) => ({ x: one.horizon, y: one.value }))]), horizon);

const saidOf = ({ t, life }: RowForecast, rule: AlertRule): SaidForecast =>
  life
    ? {
        at: t,
        quantiles: life.quantiles,
        probabilities: life.failureProbability,
        risk: riskOf(life.failureProbability, rule.horizon),
      }
    : { at: t, quantiles: null, probabilities: [], risk: null };

/** The last of a look's forecasts, with the least risk that they agree on; abstentions have no say. */
const asOne = (look: readonly SaidForecast[]): SaidForecast => {
  const risks = look.flatMap(({ risk }) => (risk === null ? [] : [risk]));
  return { ...(look.at(-1) as SaidForecast), risk: risks.length > 0 ? Math.min(...risks) : null };
};

const forecastLife = (
  model: ForecastModel,
  component: string,
  machine: MachineHistory,
  { firstRow, endRow }: Life,
  { rule, stride, rowsEach }: Look,
): SaidForecast[] => {
  // Counted from the end, so that no alert comes late for want of a last look.
  const count = Math.floor((endRow - firstRow) / stride);
  const rows = Array.from({ length: count * rowsEach }, (_, i) => {
    const lookEnd = endRow - 1 - (count - 1 - Math.floor(i / rowsEach)) * stride;
    return lookEnd - rowsEach + 1 + (i % rowsEach);
  });
  const said = forecastRows(model, component, machine, { rows, explain: false }).map((row) => saidOf(row, rule));
  return Array.from({ length: count }, (_, look) => asOne(said.slice(look * rowsEach, (look + 1) * rowsEach)));
};

const sourceOf = (
  machine: string,
  life: Life,
  target: TargetModel,
  said: SaidForecast[],
  rule: AlertRule,
): ScoreSource => {
  const known = { until: life.endT, ended: life.ended };
  const horizons = target.horizons.map(({ horizon }) => {
    const bins = emptyBins();
    for (const { at, probabilities } of said) {
      const value = probabilities.find((one) => one.horizon === horizon)?.value;
      const failed = cameTrue(known, at, horizon);
      if (value !== undefined && failed !== undefined) countInto(bins, value, failed);
    }
    return { horizon, bins };
  });
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const score = scoreLife(said, known, rule, { cap, finding: null });
  return { machine, horizons, life: { ...score, endedBy: life.ended === 'failure' ? 'failure' : 'replacement' } };
};

/** A fold may take the few failures with it: then there is nothing to score. */
const modelWithout = async ({ train }: HeldOutOptions, history: FleetHistory): Promise<ForecastModel | undefined> => {
  try {
    return await train(history);
  } catch (error) {
    if (asAppError(error).code === 'NOT_ENOUGH_DATA') return undefined;
    throw error;
  }
};

/** Trains on all machines but those of a fold, for each fold, and scores what is said of those. */
export const scoreHeldOut = async (history: FleetHistory, options: HeldOutOptions): Promise<HeldOut[]> => {
  const { ruleOf, present } = options;
  const indices = history.machines.map((_, m) => m);
  const { fold, folds } = machineFolds(indices, options.folds, seededRandom(options.seed));
  const found = new Map<string, { sources: ScoreSource[]; pairs: (ScoredPair & { endT: number })[] }>();
  for (let k = 0; k < folds && !(k > 0 && options.isOver?.()); k++) {
    const machines = history.machines.filter((_, m) => fold.get(m) !== k);
    const model = await modelWithout(options, { ...history, machines });
    if (!model) continue;
    for (const target of model.targets) {
      const { component } = target;
      const asked = ruleOf(component);
      if (!asked) continue;
      const look = lookingAt(history, asked);
      const entry = found.get(component) ?? { sources: [], pairs: [] };
      found.set(component, entry);
      for (const machine of history.machines.filter((_, m) => fold.get(m) === k))
        for (const life of livesOf(machine, component)) {
          const said = forecastLife(model, component, machine, life, look);
          entry.sources.push(sourceOf(machine.machine, life, target, said, look.rule));
          const isNew = present && !present.taughtBy.has(lifeKey(machine.machine, component, life.endT));
          if (!isNew || !present.model.targets.some((one) => one.component === component)) continue;
          const known = { until: life.endT, ended: life.ended };
          const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
          const candidate = lossOf(said, known, cap);
          const before = lossOf(forecastLife(present.model, component, machine, life, look), known, cap);
          if (candidate !== null && before !== null)
            entry.pairs.push({ machine: machine.machine, present: before, candidate, endT: life.endT });
        }
    }
  }
  return [...found].map(([component, { sources, pairs }]) => ({
    component,
    sources,
    pairs: pairs.sort((a, b) => a.endT - b.endT).map(({ endT: _, ...pair }) => pair),
  }));
};
