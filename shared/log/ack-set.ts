interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Positions that were acknowledged: a contiguous prefix and ranges above it. */
export class AckSet {
  /** In order, apart from each other; the first is the prefix and may be empty. */
  readonly #ranges: Range[];

  private constructor(ranges: Range[]) {
    this.#ranges = ranges;
  }

  /** Everything below `position`. */
  static upTo(position: number): AckSet {
    return new AckSet([{ from: 0, to: position }]);
  }

  /** What `toString` gave; undefined for any other text. */
  static parse(text: string): AckSet | undefined {
    const [prefix = '', ...above] = text.split(' ');
    if (!/^\d+$/.test(prefix)) return undefined;
    const set = AckSet.upTo(Number(prefix));
    for (const range of above) {
      const [, from, to] = /^(\d+)-(\d+)$/.exec(range) ?? [];
      if (from === undefined || to === undefined) return undefined;
      set.add(Number(from), Number(to));
    }
    return set;
  }

  toString(): string {
    return [this.prefix, ...this.above.map(([from, to]) => `${from}-${to}`)].join(' ');
  }

  /** The ranges above the prefix: from, and to exclusive. */
  get above(): (readonly [from: number, to: number])[] {
    return this.#ranges.slice(1).map(({ from, to }) => [from, to]);
  }

  /** The first position that is not in the set. */
  get prefix(): number {
    return this.#ranges[0]?.to ?? 0;
  }

  /** The first position above all of the set. */
  get end(): number {
    return this.#ranges.at(-1)?.to ?? 0;
  }

  /** The first position from `from` on that is not in the set. */
  next(from: number): number {
    const range = this.#ranges[this.#indexOf(from)];
    return range && range.from <= from ? range.to : from;
  }

  /** How many positions from `from` to before `to` are in the set. */
  countIn(from: number, to: number): number {
    let count = 0;
    for (let i = this.#indexOf(from); i < this.#ranges.length; i++) {
      const range = this.#ranges[i] as Range;
      if (range.from >= to) break;
      count += Math.min(to, range.to) - Math.max(from, range.from);
    }
    return count;
  }

  /** The start of the acknowledged run that ends just before `to`, or `to` where there is none. */
  startOfRunTo(to: number): number {
    const range = to > 0 ? this.#ranges[this.#indexOf(to - 1)] : undefined;
    return range && range.from < to ? range.from : to;
  }

  add(from: number, to = from + 1): void {
    if (from >= to) return;
    // Ranges that overlap or touch the new one become one with it.
    const first = this.#indexOf(from - 1);
    let last = first;
    let merged: Range = { from, to };
    for (let range = this.#ranges[last]; range && range.from <= to; range = this.#ranges[++last])
      merged = { from: Math.min(merged.from, range.from), to: Math.max(merged.to, range.to) };
    this.#ranges.splice(first, last - first, merged);
    if (this.#ranges[0]?.from !== 0) this.#ranges.unshift({ from: 0, to: 0 });
  }

  /** Of the first range that ends above `position`. */
  #indexOf(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle] as Range).to <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
