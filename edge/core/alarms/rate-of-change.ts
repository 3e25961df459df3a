/** More samples in a stretch say nothing more about its slope. */
const mostSamples = 120;

/** The slope of a point over the last stretch of time. */
export class RateOfChange {
  readonly #overMs: number;
  #samples: { readonly atMs: number; readonly value: number }[] = [];

  constructor(overMs: number) {
    this.#overMs = overMs;
  }

  /** Slope per minute with this sample, by least squares; undefined while less than half of the stretch is known. */
  add(value: number, atMs: number): number | undefined {
    const newest = this.#samples.at(-1);
    if (newest && atMs < newest.atMs) this.#samples = [];
    this.#samples = this.#samples.filter((s) => s.atMs > atMs - this.#overMs);
    const last = this.#samples.at(-1);
    const now = { atMs, value };
    // The newest sample always counts; it is kept where the one before is far enough.
    const used = [...this.#samples, now];
    if (!last || atMs - last.atMs >= this.#overMs / mostSamples) this.#samples.push(now);
    const firstMs = used[0]?.atMs ?? atMs;
    return used.length >= 3 && atMs - firstMs >= this.#overMs / 2 ? slopePerMinute(used) : undefined;
  }
}

const slopePerMinute = (samples: readonly { readonly atMs: number; readonly value: number }[]): number => {
  const n = samples.length;
  const meanMs = samples.reduce((sum, s) => sum + s.atMs / n, 0);
  const mean = samples.reduce((sum, s) => sum + s.value / n, 0);
  const covariance = samples.reduce((sum, s) => sum + (s.atMs - meanMs) * (s.value - mean), 0);
  const variance = samples.reduce((sum, s) => sum + (s.atMs - meanMs) ** 2, 0);
  return (60_000 * covariance) / variance;
};
