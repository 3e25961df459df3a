import { grow, type WearMode } from './wear-mode.ts';

/** Porosity of the clean medium and the part of the pore space that is filled when the filter counts as blocked. */
const cleanPorosity = 0.8;
const filledAtEnd = 0.3;

/** Dust load of a filter: what it holds grows with the volume that went through. */
export const filterClogging: WearMode = {
  mode: 'filter-clogging',
  component: 'filter',
  failureModeCode: 'PLU',
  next(wear, { load, speedRatio, ambientC }, dtHours, rate, random) {
    if (speedRatio === 0) return wear;
    const dust = 1 + 0.015 * (ambientC - 20);
    return grow(wear, rate * load * dust * dtHours, random);
  },
};

/**
 * Pressure drop relative to the clean filter at the same flow.
 * Source: Kozeny 1927 and Carman 1937, permeability ~ e^3 / (1 - e)^2, in Darcy's law.
 */
export const pressureDropRatio = (wear: number): number => {
  const porosity = cleanPorosity * (1 - filledAtEnd * wear);
  const resistance = (e: number) => (1 - e) ** 2 / e ** 3;
  return resistance(porosity) / resistance(cleanPorosity);
};
