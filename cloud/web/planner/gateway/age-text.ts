import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Words } from '../../parts/words.ts';

/** A span of time in the unit that a person would take for it. */
export const ageText = (words: Words, ms: number): string => {
  if (ms >= 2 * hourMs) return words.t('gateway.age.h', { count: Math.round(ms / hourMs) });
  if (ms >= 2 * minuteMs) return words.t('gateway.age.min', { count: Math.round(ms / minuteMs) });
  return ms >= 1000
    ? words.t('gateway.age.s', { count: Math.round(ms / 1000) })
    : words.t('gateway.age.ms', { count: Math.round(ms) });
};
