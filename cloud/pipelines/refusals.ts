import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import type { RefusalReason } from '../ports.ts';
import type { RefusalTally } from './refusal-tally.ts';

/** What ingest keeps out: counted, and where a later program or a person may make sense of it, kept aside. */
export interface Refusals {
  /** One message of which `samples` samples were refused; 0 when nobody can tell how many it held. */
  count(gatewayId: string, reason: RefusalReason, samples: number): void;
  /** The same for a whole letter, whose bytes are durable when it returns, so that it may be acknowledged. */
  setAside(gatewayId: string, reason: RefusalReason, samples: number, letter: ReceivedLetter): Promise<void>;
}

/** @param quarantine keeps the bytes of a letter; safe to repeat */
export const createRefusals = (
  tally: RefusalTally,
  quarantine: (letter: ReceivedLetter, reason: RefusalReason) => Promise<void>,
): Refusals => ({
  count: (gatewayId, reason, samples) => tally.add(gatewayId, reason, samples),
  async setAside(gatewayId, reason, samples, letter) {
    await quarantine(letter, reason);
    tally.add(gatewayId, reason, samples);
  },
});
