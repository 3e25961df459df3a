import type { AuditedDecision, AuditedForecast } from '@kuluma/shared/model/audit.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { forecastInputs, type LifeForecast, targetOf } from '../forecast/forecast.ts';
import { inDays, msPerUnit } from '../forecast/forecast-days.ts';
import type { ForecastModel } from '../forecast/model.ts';
import { canonicalJson } from './canonical-json.ts';

type Said = AuditedDecision['inputs']['forecasts'][number];
type Numbers = Pick<Said, 'rulDays' | 'failureProbability'>;

/**
 * What became of a forecast that was asked again. `noNumbers`: it had none to make again. `noInputs`: it is from before
 * its inputs were kept. `noModel`: the model is not there, or is another one than that which spoke.
 */
export const forecastReplayCodes = ['same', 'differs', 'noNumbers', 'noInputs', 'noModel'] as const;

export interface ReplayedForecast {
  readonly forecastId: string;
  readonly code: (typeof forecastReplayCodes)[number];
  readonly said: Numbers;
  readonly saysNow: Numbers | null;
}

/** Of a model that counts in cycles the length of one is the machine's, and follows from the forecast's own median. */
const daysPerUnitOf = ({ timeUnit }: ForecastModel, life: LifeForecast, { rulDays }: Numbers): number => {
  if (timeUnit !== 'cycle') return msPerUnit[timeUnit] / dayMs;
  return life.quantiles.p50 > 0 ? (rulDays?.p50 ?? 0) / life.quantiles.p50 : 1;
};

/** Sums come out the same on every machine but for the last bits of a number. */
const rounded = (numbers: Numbers): unknown =>
  JSON.parse(
    JSON.stringify(numbers, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)),
  );

/**
 * Makes the numbers of a forecast again from what its model was given then.
 * @param model that of its hash; undefined where it is not there.
 */
export const replayForecast = (
  { forecastId, inputs }: Pick<AuditedForecast, 'forecastId' | 'inputs'>,
  { rulDays, failureProbability }: Numbers,
  model: ForecastModel | undefined,
): ReplayedForecast => {
  const said = { rulDays, failureProbability };
  const without = (code: 'noNumbers' | 'noInputs' | 'noModel') => ({ forecastId, code, said, saysNow: null });
  if (rulDays === null) return without('noNumbers');
  if (!inputs) return without('noInputs');
  if (!model) return without('noModel');
  const values = Float64Array.from(inputs.values, (value) => value ?? Number.NaN);
  const life = forecastInputs(model, targetOf(model, inputs.componentCode), values, false);
  const saysNow = inDays(life, daysPerUnitOf(model, life, said));
  const isSame = canonicalJson(rounded(said)) === canonicalJson(rounded(saysNow));
  return { forecastId, code: isSame ? 'same' : 'differs', said, saysNow };
};
