import type { SignalSpec, Signals } from './signals.ts';

/** Why no forecast is given. */
export const abstainCodes = [
  'TOO_LITTLE_HISTORY',
  'TOO_MANY_MISSING',
  'FROZEN_VALUES',
  'OUTSIDE_LEARNT_RANGE',
  'OBSERVATION_ENDED',
] as const;
export type AbstainCode = (typeof abstainCodes)[number];

const leastRows = 5;
/** Rows back that count as the present state of the data. */
const recentRows = 5;
const leastPresent = 0.5;
const mostFrozen = 0.5;
const mostOutside = 0.4;
/** A value is outside what was learnt when it is further beyond the range seen in training than that range is wide. */
const rangeMargin = 1;
/** Settings further than this many training radii from every regime are another way of running. */
const regimeMargin = 3;
const regimeSlack = 0.1;

export interface DataQuality {
  /** 0 to 1: measured and plausible share of the recent sensor values. */
  readonly dataQuality: number;
  readonly abstain: AbstainCode | null;
}

/** A sensor is frozen when it stood still for so many times the longest stillness in training, and some rows more. */
const stillTimes = 2;
const stillMargin = 10;

interface Tally {
  readonly present: number;
  readonly frozen: number;
  readonly outside: number;
}

/** Counts the sensor values of one row. */
const tallyOf = (spec: SignalSpec, signals: Signals, row: number): Tally => {
  let present = 0;
  let frozen = 0;
  let outside = 0;
  for (let s = 0; s < spec.sensors.length; s++) {
    const value = (signals.values[s] as Float64Array)[row] as number;
    if (!Number.isFinite(value)) continue;
    present++;
    const still = (signals.still[s] as Int32Array)[row] as number;
    if (still > stillTimes * (spec.longestStill[s] as number) + stillMargin) frozen++;
    const low = spec.low[s] as number;
    const high = spec.high[s] as number;
    const margin = rangeMargin * (high - low) + 1e-9;
    if (value < low - margin || value > high + margin) outside++;
  }
  return { present, frozen, outside };
};

/** Judges the rows [firstRow, row] of a machine; nothing later is read. */
export const dataQualityAt = (spec: SignalSpec, signals: Signals, firstRow: number, row: number): DataQuality => {
  const from = Math.max(firstRow, row - recentRows + 1);
  const rows = row - from + 1;
  const expected = Math.max(1, spec.sensors.length * rows);
  const sum = { present: 0, frozen: 0, outside: 0 };
  let strange = 0;
  for (let j = from; j <= row; j++) {
    const { present, frozen, outside } = tallyOf(spec, signals, j);
    sum.present += present;
    sum.frozen += frozen;
    sum.outside += outside;
    if ((signals.regimeDistance[j] as number) > regimeMargin * spec.regimes.radius + regimeSlack) strange++;
  }
  const sensorless = spec.sensors.length === 0;
  const present = sensorless ? 1 : sum.present / expected;
  const frozen = sum.frozen / Math.max(1, sum.present);
  const outside = sum.outside / Math.max(1, sum.present);
  const unknownRegime = strange > rows / 2;
  const dataQuality = unknownRegime ? 0 : present * (1 - frozen) * (1 - outside);
  if (row - firstRow + 1 < leastRows) return { dataQuality, abstain: 'TOO_LITTLE_HISTORY' };
  if (present < leastPresent) return { dataQuality, abstain: 'TOO_MANY_MISSING' };
  if (outside > mostOutside || unknownRegime) return { dataQuality, abstain: 'OUTSIDE_LEARNT_RANGE' };
  if (frozen > mostFrozen) return { dataQuality, abstain: 'FROZEN_VALUES' };
  return { dataQuality, abstain: null };
};
