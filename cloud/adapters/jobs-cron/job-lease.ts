import { randomUUID } from 'node:crypto';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { Leases } from '../../ports.ts';

/** Whose turn it is where several processes could do the same. */
export interface Turn {
  isMine(): boolean;
}

/** For a service that is alone. */
export const alone: Turn = { isMine: () => true };

/**
 * A process that died holds it for so long; one that hangs stops by itself before another begins. Started again, it has
 * the jobs back within 5 s, as starting takes more than a second.
 */
const leaseMs = 6_000;
const renewEveryMs = 1_500;
/** Of the lease, kept free for what a request may take. */
const marginMs = 1_000;

/** Of all processes that share the records, the one that runs the jobs. It is taken over when its holder dies. */
export class JobLease implements Part, Turn {
  readonly name = 'lease of the jobs';
  readonly #leases: Leases;
  readonly #log: Logger;
  readonly #me = randomUUID();
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  /** On the monotonic clock of this process. */
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(leases: Leases, log: Logger) {
    this.#leases = leases;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#ask();
    this.#timer = setInterval(() => void this.#ask(), renewEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asking;
    if (this.isMine()) await this.#leases.leaveLease('jobs', this.#me);
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }

  isMine(): boolean {
    return performance.now() < this.#untilMs;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#renew().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #renew(): Promise<void> {
    const askedMs = performance.now();
    const before = this.isMine();
    try {
      const isMine = await this.#leases.holdLease('jobs', this.#me, leaseMs);
      this.#untilMs = isMine ? askedMs + leaseMs - marginMs : Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#log.warn({ err: error }, 'the lease of the jobs was not renewed');
    }
    if (this.isMine() !== before) this.#log.info({ isMine: this.isMine() }, 'the jobs changed hands');
  }
}
