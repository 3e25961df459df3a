import { grow, type WearMode } from './wear-mode.ts';

/** Initial crack relative to the one at failure, and Paris' exponent of case-hardened gear steel. */
const initialCrack = 0.04;
const exponent = 3;
const normal = 2 * (1 / Math.sqrt(initialCrack) - 1 / Math.sqrt(1 + initialCrack));

/**
 * Pitting of a tooth flank as growth of a fatigue crack: da/dN = C (dK)^m with dK ~ stress * sqrt(a)
 * (Paris and Erdogan, J. Basic Eng. 85, 1963; contact stress limits: ISO 6336-2).
 */
export const gearPitting: WearMode = {
  mode: 'gear-pitting',
  component: 'gearbox',
  failureModeCode: 'BRD',
  next(wear, { load, speedRatio }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const slope = rate * normal * (initialCrack + wear) ** (exponent / 2);
    return grow(wear, slope * load ** exponent * speedRatio * dtHours, random);
  },
};
