import { grow, type WearMode } from './wear-mode.ts';

/** The erosion rate of a fresh surface and of a pitted one, relative to the mean over the life. */
const incubation = 0.4;
const normal = Math.log((incubation + 1) / incubation);

/**
 * Cavitation erosion of an impeller: slow incubation, then acceleration as pits hold new bubbles (cumulative
 * erosion-time curve of ASTM G32). It grows with speed to about the sixth power (Thiruvengadam; ISO/TR 17766 asks for
 * a wider NPSH margin) and with the distance from the best efficiency point, here 80 % of the rated load.
 */
export const cavitationErosion: WearMode = {
  mode: 'cavitation-erosion',
  component: 'impeller',
  failureModeCode: 'LOO',
  next(wear, { load, speedRatio, ambientC }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const offDesign = 1 + 6 * (load - 0.8) ** 2;
    const vapour = 1 + 0.02 * (ambientC - 20);
    const slope = rate * normal * (incubation + wear);
    return grow(wear, slope * offDesign * vapour * speedRatio ** 6 * dtHours, random);
  },
};
