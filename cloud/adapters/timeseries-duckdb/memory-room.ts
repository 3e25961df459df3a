interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Memory that work beside each other may hold: who asks for more than is free waits, in the order of asking. */
export class MemoryRoom {
  readonly bytes: number;
  #held = 0;
  readonly #waiting: Waiting[] = [];

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Work that holds so many bytes; what holds more than there is at all runs alone. */
  async holding<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const wanted = Math.min(bytes, this.bytes);
    if (this.#waiting.length > 0 || this.#held + wanted > this.bytes)
      await new Promise<void>((go) => this.#waiting.push({ bytes: wanted, go }));
    else this.#held += wanted;
    try {
      return await work();
    } finally {
      this.#held -= wanted;
      this.#letIn();
    }
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next && this.#held + next.bytes <= this.bytes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.go();
    }
  }
}
