const firstSize = 1024;

/** A column of numbers of unknown length, outside of the heap, which holds hundreds of millions of them badly. */
export class GrowingNumbers {
  #held = new Float64Array(firstSize);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#held.length) {
      const wider = new Float64Array(2 * this.#count);
      wider.set(this.#held);
      this.#held = wider;
    }
    this.#held[this.#count++] = value;
  }

  /** The last one, or -Infinity. */
  last(): number {
    return this.#count > 0 ? (this.#held[this.#count - 1] as number) : Number.NEGATIVE_INFINITY;
  }

  /** All of them, taking no more memory than they need. */
  whole(): Float64Array {
    return this.#held.slice(0, this.#count);
  }
}
