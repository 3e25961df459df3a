import type { Problem } from './problem.ts';

/** What coming home at a time costs beyond the duration. */
export const overtimeCost = ({ overtimeAfter, overtimeRate }: Problem, vehicle: number, back: number): number =>
  (overtimeRate[vehicle] as number) * Math.max(0, back - (overtimeAfter[vehicle] as number));
