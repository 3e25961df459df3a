import type { SiftedVisit } from './sift.ts';
import type { PricedWindow } from './visit-windows.ts';

/** One technician's part of a visit: the whole of it, or one of the two of a crew. */
export interface Work {
  readonly visit: SiftedVisit;
  readonly isSecond: boolean;
  /** By group of shifts; infinite for those who may not. */
  readonly minutes: readonly number[];
  readonly windows: readonly PricedWindow[];
}
