import type { Random } from '@kuluma/shared/clock.ts';

/**
 * Wall ms to wait after `failures` failures in a row (1 or more): doubling from `firstMs` to `mostMs`, and somewhere in
 * the upper half of that, so that many clients do not come back at the same moment.
 */
export const backoffMs = (failures: number, random: Random, firstMs = 1000, mostMs = 60_000): number =>
  Math.min(mostMs, firstMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
