/** Values of one channel as a device sent them, one after another. */
export interface WaveformBlock {
  readonly channel: number;
  readonly sampleRateHz: number;
  /** Number of the first value, counted by the device since it started. */
  readonly firstSample: number;
  readonly values: Float32Array;
}

/** A stretch of one channel without a hole, in the unit of the channel. */
export interface SignalWindow {
  readonly sampleRateHz: number;
  /** Number of the value that would follow. */
  readonly endSample: number;
  readonly values: Float32Array;
}

export interface WindowOptions {
  readonly windowMs: number;
  readonly everyMs: number;
  /** How much of the past `latest` gives. */
  readonly keepMs: number;
  /** From what the device sends to the unit of the channel. */
  readonly scale: number;
}

/**
 * Cuts the blocks of one channel into windows and keeps the last stretch. Nothing is glued over a hole: after lost values,
 * or when the device counts from the start again or changes its rate, both begin anew.
 */
export class WindowCollector {
  readonly #options: WindowOptions;
  #rateHz = 0;
  #ring = new Float32Array(0);
  /** Values since the last hole. */
  #held = 0;
  #windowEnd = 0;
  #next: number | undefined;
  #lost = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** Values that the device counted and that never came. */
  get lost(): number {
    return this.#lost;
  }

  /** The windows that a block completes. */
  take(block: WaveformBlock): SignalWindow[] {
    this.#follow(block);
    const windows: SignalWindow[] = [];
    const { scale, everyMs } = this.#options;
    let place = this.#held % this.#ring.length;
    for (const [i, value] of block.values.entries()) {
      this.#ring[place] = value * scale;
      place = place + 1 === this.#ring.length ? 0 : place + 1;
      this.#held++;
      if (this.#held < this.#windowEnd) continue;
      windows.push(this.#last(this.#size(this.#options.windowMs), block.firstSample + i + 1));
      this.#windowEnd += this.#size(everyMs);
    }
    this.#next = block.firstSample + block.values.length;
    return windows;
  }

  /** The last `keepMs`, or what came since the last hole where that is less. */
  latest(): SignalWindow | undefined {
    const count = Math.min(this.#held, this.#size(this.#options.keepMs));
    return count > 0 && this.#next !== undefined ? this.#last(count, this.#next) : undefined;
  }

  #size(ms: number): number {
    return Math.max(1, Math.round((ms * this.#rateHz) / 1000));
  }

  /** Starts anew where a block does not continue the one before. */
  #follow({ sampleRateHz, firstSample }: WaveformBlock): void {
    if (sampleRateHz !== this.#rateHz) {
      this.#rateHz = sampleRateHz;
      this.#ring = new Float32Array(this.#size(Math.max(this.#options.windowMs, this.#options.keepMs)));
    } else if (firstSample === this.#next) return;
    else if (this.#next !== undefined) this.#lost += Math.max(0, firstSample - this.#next);
    this.#held = 0;
    this.#windowEnd = this.#size(this.#options.windowMs);
  }

  #last(count: number, endSample: number): SignalWindow {
    const values = new Float32Array(count);
    const end = this.#held % this.#ring.length;
    const wrapped = Math.max(0, count - end);
    values.set(this.#ring.subarray(this.#ring.length - wrapped), 0);
    values.set(this.#ring.subarray(end - (count - wrapped), end), wrapped);
    return { sampleRateHz: this.#rateHz, endSample, values };
  }
}
