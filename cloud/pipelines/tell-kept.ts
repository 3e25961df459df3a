import type { Id } from '@kuluma/shared/model/base.ts';
import { type Kept, keptOf } from '@kuluma/shared/wire/kept.ts';
import type { RecordKey } from '@kuluma/shared/wire/record.ts';
import type { KnownGateway } from '../ports.ts';

interface Told {
  readonly gateway: KnownGateway;
  readonly keys: RecordKey[];
}

/**
 * Tells gateways which of their records are on our disk, some at a time. For brokers that acknowledge before we do: such
 * a gateway keeps a record until it hears of it here.
 */
export class KeptTelling {
  readonly #send: (to: KnownGateway, kept: Kept) => Promise<void>;
  #untold = new Map<Id<'gateway'>, Told>();

  constructor(send: (to: KnownGateway, kept: Kept) => Promise<void>) {
    this.#send = send;
  }

  /** The record is durable, or was so already. */
  kept({ organisationId, gatewayId }: KnownGateway, ...keys: RecordKey[]): void {
    const told = this.#untold.get(gatewayId);
    if (told) told.keys.push(...keys);
    else this.#untold.set(gatewayId, { gateway: { organisationId, gatewayId }, keys });
  }

  /** To be called often; what could not be sent goes with the next. @throws what `send` throws, after all were tried */
  async tell(): Promise<void> {
    const untold = [...this.#untold.values()];
    this.#untold = new Map();
    const sent = untold.map(async ({ gateway, keys }) => {
      try {
        await this.#send(gateway, keptOf(keys));
      } catch (error) {
        this.kept(gateway, ...keys);
        throw error;
      }
    });
    await Promise.allSettled(sent);
    await Promise.all(sent);
  }
}
