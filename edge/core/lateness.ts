const remembered = 1000;

/** How late the last scans of a bus began behind their deadlines, in ms. */
export class Lateness {
  readonly #ring = new Float32Array(remembered);
  #count = 0;

  add(latenessMs: number): void {
    this.#ring[this.#count++ % remembered] = latenessMs;
  }

  get values(): Float32Array {
    return this.#ring.subarray(0, Math.min(this.#count, remembered));
  }
}

/** Median and 99th percentile over several buses, rounded to tenths of a ms; 0 where nothing was scanned yet. */
export const latenessOf = (buses: readonly Lateness[]): { p50Ms: number; p99Ms: number } => {
  const sorted = Float32Array.from(buses.flatMap((bus) => [...bus.values])).sort();
  const quantile = (q: number) => Math.round(10 * (sorted[Math.ceil(q * sorted.length) - 1] ?? 0)) / 10;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
};
