import type { SignalSpec, Signals } from './signals.ts';

/** Why no forecast is given. */
export const abstainCodes = [
  'TOO_LITTLE_HISTORY',
  'TOO_MANY_MISSING',
  'OUTSIDE_LEARNT_RANGE',
  'OBSERVATION_ENDED',
] as const;
export type AbstainCode = (typeof abstainCodes)[number];

const leastRows = 5;
/** Rows back that count as the present state of the data. */
const recentRows = 5;
const leastPresent = 0.5;
const mostOutside = 0.4;
/** A value is outside what was learnt when it is further beyond the range seen in training than that range is wide. */
const rangeMargin = 1;
/** Settings further than this many training radii from every regime are another way of running. */
const regimeMargin = 3;

export interface DataQuality {
  /** 0 to 1: measured and plausible share of the recent sensor values. */
  readonly dataQuality: number;
  readonly abstain: AbstainCode | null;
}

/** Judges the rows [firstRow, row] of a machine; nothing later is read. */
export const dataQualityAt = (spec: SignalSpec, signals: Signals, firstRow: number, row: number): DataQuality => {
  const from = Math.max(firstRow, row - recentRows + 1);
  const expected = spec.sensors.length * (row - from + 1);
  let present = 0;
  let outside = 0;
  let strange = 0;
  for (let j = from; j <= row; j++) {
    const distance = signals.regimeDistance[j] as number;
    if (distance > regimeMargin * spec.regimes.radius + 0.1) strange++;
    for (let s = 0; s < spec.sensors.length; s++) {
      const value = (signals.values[s] as Float64Array)[j] as number;
      if (!Number.isFinite(value)) continue;
      present++;
      const low = spec.low[s] as number;
      const high = spec.high[s] as number;
      const margin = rangeMargin * (high - low) + 1e-9;
      if (value < low - margin || value > high + margin) outside++;
    }
  }
  const presentShare = expected > 0 ? present / expected : 1;
  const outsideShare = present > 0 ? outside / present : 0;
  const dataQuality = presentShare * (1 - outsideShare) * (strange > (row - from + 1) / 2 ? 0 : 1);
  if (row - firstRow + 1 < leastRows) return { dataQuality, abstain: 'TOO_LITTLE_HISTORY' };
  if (presentShare < leastPresent) return { dataQuality, abstain: 'TOO_MANY_MISSING' };
  if (outsideShare > mostOutside || strange > (row - from + 1) / 2)
    return { dataQuality, abstain: 'OUTSIDE_LEARNT_RANGE' };
  return { dataQuality, abstain: null };
};
