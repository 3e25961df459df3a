/** Lets so many units a second pass, and a second's worth at once; a piece larger than that goes into debt. */
export class TokenBucket {
  #ratePerS: number;
  #tokens: number;
  #atMs: number;

  /** Full at the start. */
  constructor(ratePerS: number, nowMs: number) {
    this.#ratePerS = ratePerS;
    this.#tokens = ratePerS;
    this.#atMs = nowMs;
  }

  setRate(ratePerS: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#ratePerS = ratePerS;
  }

  #refill(nowMs: number): void {
    const fresh = (this.#ratePerS * (nowMs - this.#atMs)) / 1000;
    this.#tokens = Math.min(this.#ratePerS, this.#tokens + fresh);
    this.#atMs = nowMs;
  }

  /** 0 where something may pass now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens > 0 ? 0 : (1000 * (1 - this.#tokens)) / this.#ratePerS;
  }

  take(units: number): void {
    this.#tokens -= units;
  }
}
