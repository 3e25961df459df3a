import { idOf } from '@kuluma/shared/model/base.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Clock, RefusalCount, RefusalReason } from '../ports.ts';

/** Whoever knocks names itself as it likes: what is no id, and ids beyond so many counts, are counted as one. */
const maxCounts = 1000;
export const otherNames = 'others';
const GatewayId = idOf('gateway');

/** Counts what ingest kept out, by gateway and reason, since start. */
export class RefusalTally {
  readonly #clock: Clock;
  readonly #counts = new Map<string, RefusalCount>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One message of which `samples` samples were refused; 0 when nobody can tell how many it held. */
  add(gatewayId: string, reason: RefusalReason, samples: number): void {
    const known = this.#counts.has(`${reason} ${gatewayId}`) || this.#counts.size < maxCounts;
    const name = known && isValid(GatewayId, gatewayId) ? gatewayId : otherNames;
    const before = this.#counts.get(`${reason} ${name}`);
    this.#counts.set(`${reason} ${name}`, {
      gatewayId: name,
      reason,
      messages: (before?.messages ?? 0) + 1,
      samples: (before?.samples ?? 0) + samples,
      lastAtMs: this.#clock.now(),
    });
  }

  counts(): RefusalCount[] {
    return [...this.#counts.values()];
  }
}
