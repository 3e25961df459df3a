/** Upper ends of zones A (as new), B (fit for long operation) and C (for a while only); above is D (damage is near). */
export type ZoneBoundaries = readonly [ab: number, bc: number, cd: number];

/**
 * RMS velocity on bearing housings in mm/s, 10 Hz to 1000 Hz (2 Hz on below 600 rpm). Source: ISO 20816-3:2022, tables A.1
 * and A.2, which are those of ISO 10816-3. Group 1: above 300 kW, or electrical machines of 315 mm shaft height and more;
 * group 2: above 15 kW to 300 kW, or 160 mm to 315 mm.
 */
export const iso20816Zones: Readonly<Record<'1' | '2', Readonly<Record<'rigid' | 'flexible', ZoneBoundaries>>>> = {
  1: { rigid: [2.3, 4.5, 7.1], flexible: [3.5, 7.1, 11] },
  2: { rigid: [1.4, 2.8, 4.5], flexible: [2.3, 4.5, 7.1] },
};
