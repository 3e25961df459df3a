import { grow, type WearMode } from './wear-mode.ts';

/** Share of a new bearing's defect growth that is there from the start: smaller means a longer quiet first part of life. */
const seedDefect = 0.02;
const growth = Math.log((1 + seedDefect) / seedDefect);

/**
 * Rolling contact fatigue of a ball bearing. Life falls with the cube of the equivalent load and with speed
 * (Lundberg and Palmgren 1947; ISO 281:2007, exponent p = 3); a shaft carries about 40 % of the rated load at idle.
 * The spall, and with it vibration velocity, grows exponentially (Gebraeel et al., IIE Transactions 37, 2005).
 */
export const bearingWear: WearMode = {
  mode: 'bearing-wear',
  component: 'bearing',
  failureModeCode: 'VIB',
  next(wear, { load, speedRatio }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const equivalentLoad = 0.4 + 0.6 * load;
    return grow(wear, rate * growth * (seedDefect + wear) * equivalentLoad ** 3 * speedRatio * dtHours, random);
  },
};
