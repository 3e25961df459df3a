import { grow, type WearMode } from './wear-mode.ts';

/** A slipping belt heats and glazes, so that tension is lost twice as fast at the end. */
const acceleration = 1;
const normal = Math.log(1 + acceleration) / acceleration;

/**
 * Loss of tension of a driven belt by creep and by wear of its cover; each start stretches it, and so does load above
 * what the wrap can carry (Euler and Eytelwein: tension ratio <= e^(mu * angle); life exponents as in ISO 5292).
 */
export const beltSlip: WearMode = {
  mode: 'belt-slip',
  component: 'belt',
  failureModeCode: 'PDE',
  next(wear, { load, speedRatio }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const slope = rate * normal * (1 + acceleration * wear);
    return grow(wear, slope * load ** 1.5 * speedRatio * dtHours, random);
  },
};

/** Share of the drive's speed that the belt loses, in 0..1; a tight belt creeps by about half a percent. */
export const slipShare = (wear: number, load: number): number => 0.005 + 0.09 * wear ** 1.5 * load;
