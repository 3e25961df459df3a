import { decideService } from '@kuluma/cloud/core/forecast/decide-service.ts';
import { forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import type { Bench } from '../bench.ts';
import { fleetOf, mean, train } from './fleets.ts';

const cuts = [0.5, 0.6, 0.7, 0.8, 0.9];
const leastLeft = 0.01;
const ageShare = 0.3;

/** Accuracy of one forecast, 1 for exact; late ones cost more. Source: IEEE PHM 2012 challenge, Nectoux et al. */
const phmAccuracy = (forecast: number, truth: number): number => {
  const error = (100 * (truth - forecast)) / truth;
  return Math.exp((Math.LN2 * error) / (error <= 0 ? 5 : -20));
};

interface Scored {
  readonly machine: string;
  readonly warnedAt: number;
  readonly accuracies: readonly { ours: number; rule: number }[];
}

/** The six learning bearings of FEMTO, each forecast by a model of the other five. */
export const bearings: Bench = async () => {
  const history = await fleetOf('femto', 'femto-bearings/learning_set_features.csv.gz');
  const scored: Scored[] = [];
  for (const machine of history.machines) {
    const model = await train({ ...history, machines: history.machines.filter((other) => other !== machine) });
    const forecasts = forecastRows(model, 'bearing', machine, { explain: false });
    const { recommend, since } = decideService(forecasts, { horizon: 600, probability: 0.5, rowsInARow: 3 });
    const warnedAt = recommend ? (since + 1) / forecasts.length : Number.NaN;
    const endT = machine.t.at(-1) ?? 0;
    const at = cuts.map((share) => Math.round(share * forecasts.length) - 1);
    const accuracies = at.map((row) => {
      const { t, life } = forecasts[row] as (typeof forecasts)[number];
      return { ours: life ? phmAccuracy(life.rul, endT - t) : 0, rule: phmAccuracy(ageShare * t, endT - t) };
    });
    scored.push({ machine: machine.machine, warnedAt, accuracies });
  }
  const warned = scored.filter(({ warnedAt }) => warnedAt <= 1 - leastLeft).length;
  const early = scored.filter(({ warnedAt }) => warnedAt < 0.5).length;
  const ours = mean(scored.flatMap(({ accuracies }) => accuracies.map((a) => a.ours)));
  const rule = mean(scored.flatMap(({ accuracies }) => accuracies.map((a) => a.rule)));
  return [
    {
      what: 'FEMTO learning bearings, leave one out: warned / in the first half of life; PHM-2012 score',
      toReach: '5 of 6 / 1; above the rule "30 % of age" (aim 6 of 6 / 0; 0.36)',
      measured: `${warned} of ${scored.length} / ${early}; ${ours.toFixed(3)}, the rule ${rule.toFixed(3)}`,
      met: warned >= 5 && early <= 1 && ours > rule,
      figures: {
        warned,
        early,
        phm2012: ours,
        phm2012OfRule: rule,
        ...Object.fromEntries(scored.map(({ machine, warnedAt }) => [`${machine}WarnedAtShare`, warnedAt])),
      },
    },
  ];
};
