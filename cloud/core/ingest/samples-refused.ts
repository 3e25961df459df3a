import { AppError } from '@kuluma/shared/errors.ts';

/** Where a sample stands in the batches of a write. */
export interface RefusedSample {
  readonly batch: number;
  readonly sample: number;
}

/** Samples that a store will never take, however often they are sent; everything else of the write is stored. */
export class SamplesRefused extends AppError {
  readonly samples: readonly RefusedSample[];

  constructor(why: string, samples: readonly RefusedSample[], cause?: unknown) {
    super('INPUT_INVALID', `the time series store refuses ${samples.length} samples: ${why}`, { cause });
    this.samples = samples;
  }
}
