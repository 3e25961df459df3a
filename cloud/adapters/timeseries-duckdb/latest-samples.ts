/** Newest sample of each series by its number, of those that are known; a missing one may still be in the file. */
export class LatestSamples {
  #atMs = new Float64Array(0);
  #value = new Float64Array(0);
  #quality = new Uint8Array(0);

  #grow(series: number): void {
    if (series < this.#atMs.length) return;
    const length = Math.max(1024, 2 * series);
    const grown = <T extends Float64Array | Uint8Array>(made: T, old: T): T => {
      made.set(old);
      return made;
    };
    this.#atMs = grown(new Float64Array(length).fill(Number.NaN), this.#atMs);
    this.#value = grown(new Float64Array(length), this.#value);
    this.#quality = grown(new Uint8Array(length), this.#quality);
  }

  /** NaN while nothing is known. */
  atMs(series: number): number {
    return this.#atMs[series] ?? Number.NaN;
  }

  isKnown(series: number): boolean {
    return !Number.isNaN(this.atMs(series));
  }

  /** Undefined where nothing is known or the series is known to have no sample. */
  get(series: number): { readonly atMs: number; readonly value: number; readonly quality: number } | undefined {
    const atMs = this.atMs(series);
    return Number.isFinite(atMs)
      ? { atMs, value: this.#value[series] as number, quality: this.#quality[series] as number }
      : undefined;
  }

  /** At the same time the later written counts. */
  offer(series: number, atMs: number, value: number, quality: number): void {
    if (this.atMs(series) > atMs) return;
    this.#grow(series);
    this.#atMs[series] = atMs;
    this.#value[series] = value;
    this.#quality[series] = quality;
  }

  /** The series has no sample. */
  none(series: number): void {
    this.#grow(series);
    this.#atMs[series] = Number.NEGATIVE_INFINITY;
  }

  forget(series: number): void {
    if (series < this.#atMs.length) this.#atMs[series] = Number.NaN;
  }
}
