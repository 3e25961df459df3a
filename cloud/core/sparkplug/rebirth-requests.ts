import { minuteMs } from '@kuluma/shared/model/units.ts';

const firstPauseMs = 5000;
const longestPauseMs = minuteMs;

/**
 * When an edge node may be asked for its birth certificates. A certificate may be large and the link slow, so a node
 * that loses messages all the time is asked at most every 5 s, and one that does not answer ever less often.
 */
export class RebirthRequests {
  #lastMs = Number.NEGATIVE_INFINITY;
  #pauseMs = firstPauseMs;
  #isAnswered = true;

  /** True when it is to be asked now, which then counts as done. */
  isDue(nowMs: number): boolean {
    if (nowMs - this.#lastMs < this.#pauseMs) return false;
    this.#pauseMs = this.#isAnswered ? firstPauseMs : Math.min(2 * this.#pauseMs, longestPauseMs);
    this.#isAnswered = false;
    this.#lastMs = nowMs;
    return true;
  }

  /** A birth certificate came. */
  answered(): void {
    this.#isAnswered = true;
    this.#pauseMs = firstPauseMs;
  }
}
