/** Room for so many messages without an acknowledgement; who waits is let in by urgency, then in order. */
export class Slots {
  readonly #waiting: { readonly urgency: number; go(): void }[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** At once where there is room. */
  take(waitUrgency: number, go: () => void): void {
    if (this.#free > 0) {
      this.#free--;
      go();
      return;
    }
    const behind = this.#waiting.findIndex((other) => other.urgency > waitUrgency);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { urgency: waitUrgency, go });
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next) next.go();
    else this.#free++;
  }
}
