import { type Sample, sampleQualities } from '@kuluma/shared/model/sample.ts';
import type { TableSamples } from '@kuluma/shared/wire/samples-body.ts';

/** Samples of points of one table that will be one record, collected as columns. */
export class Batch {
  readonly table: number;
  /** Its times are those of a clock that is not trusted. */
  readonly isProvisional: boolean;
  readonly #point: number[] = [];
  readonly #sampledAtMs: number[] = [];
  readonly #value: number[] = [];
  readonly #quality: number[] = [];
  fromMs = Infinity;
  toMs = 0;

  constructor(table: number, isProvisional: boolean) {
    this.table = table;
    this.isProvisional = isProvisional;
  }

  get count(): number {
    return this.#point.length;
  }

  add(index: number, { sampledAtMs, value, quality }: Sample): void {
    this.#point.push(index);
    this.#sampledAtMs.push(sampledAtMs);
    this.#value.push(value);
    this.#quality.push(sampleQualities.indexOf(quality));
    this.fromMs = Math.min(this.fromMs, sampledAtMs);
    this.toMs = Math.max(this.toMs, sampledAtMs);
  }

  columns(tableId: string): TableSamples {
    return {
      tableId,
      count: this.count,
      point: Uint32Array.from(this.#point),
      sampledAtMs: Float64Array.from(this.#sampledAtMs),
      value: Float64Array.from(this.#value),
      quality: Uint8Array.from(this.#quality),
    };
  }
}
