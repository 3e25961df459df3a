import { grow, type WearMode } from './wear-mode.ts';

/** A worn face lets abrasive particles into the gap, so that wear runs up to three times as fast at the end. */
const acceleration = 2;
const normal = Math.log(1 + acceleration) / acceleration;

/**
 * Face wear of a mechanical seal: volume is proportional to contact load times sliding distance over hardness
 * (J.F. Archard, J. Appl. Phys. 24, 1953); hot faces lose their film (A.O. Lebeck, "Principles and Design of
 * Mechanical Face Seals", 1991).
 */
export const sealLeakage: WearMode = {
  mode: 'seal-leakage',
  component: 'seal',
  failureModeCode: 'ELP',
  next(wear, { load, speedRatio, ambientC }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const facePressure = 0.5 + 0.5 * load;
    const thinFilm = 1 + 0.01 * (ambientC - 20);
    const slope = rate * normal * (1 + acceleration * wear);
    return grow(wear, slope * facePressure * speedRatio * thinFilm * dtHours, random);
  },
};

/** Flow through the worn gap relative to that of a failed seal: laminar flow grows with the cube of the gap (Reynolds). */
export const leakRatio = (wear: number): number => ((0.25 + 0.75 * wear) ** 3 - 0.25 ** 3) / (1 - 0.25 ** 3);
