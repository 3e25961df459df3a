import { grow, type WearMode } from './wear-mode.ts';

/** Rise of the hot spot at rated load: a motor of class F that is used to class B (IEC 60034-1: at most 80 K). */
const ratedRiseK = 60;
const ratedHotSpotC = 20 + ratedRiseK;
/** Share of heat that insulation at its end of life holds back, and the mean hurry that this brings over a life. */
const agedRise = 0.25;
const doublings = (ratedRiseK * agedRise) / 10;
const normal = (1 - 2 ** -doublings) / (doublings * Math.LN2);

/** Hottest place of the winding: copper losses go with the square of the current; aged insulation lets less heat out. */
export const hotSpotC = (wear: number, ambientC: number, warmth: number): number =>
  ambientC + ratedRiseK * warmth ** 2 * (1 + agedRise * wear);

/**
 * Thermal ageing of winding insulation: the rate doubles for each 10 K (Montsinger, Trans. AIEE 49, 1930, as the
 * practical form of Arrhenius' law in IEC 60216-1).
 */
export const windingInsulation: WearMode = {
  mode: 'winding-insulation',
  component: 'winding',
  failureModeCode: 'OHE',
  next(wear, { speedRatio, ambientC, warmth }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const doubled = (hotSpotC(wear, ambientC, warmth) - ratedHotSpotC) / 10;
    return grow(wear, rate * normal * 2 ** doubled * dtHours, random);
  },
};
