import type { EdgeNodeName } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { KnownGateway, Records } from '../ports.ts';

/** The system of the external id by which a gateway names an edge node, `{group}/{edge node}`. */
export const edgeNodeSystem = 'sparkplug';

/** How long a gateway may go unseen. */
const goodForMs = 15_000;

/**
 * Whose edge node it is, where a broker that is not ours lets it in: the gateway whose record names it, or the one
 * whose id is the name of the node.
 */
export class EdgeNodeGateways {
  readonly #records: Records;
  readonly #find: (gatewayId: string) => Promise<KnownGateway | undefined>;
  #named: Promise<ReadonlyMap<string, KnownGateway>> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(records: Records, find: (gatewayId: string) => Promise<KnownGateway | undefined>) {
    this.#records = records;
    this.#find = find;
  }

  /** Undefined, and counted, where the node is nobody's. */
  async of({ group, node }: EdgeNodeName): Promise<KnownGateway | undefined> {
    return (await this.#namedAs(`${group}/${node}`)) ?? this.#find(node);
  }

  async #namedAs(name: string): Promise<KnownGateway | undefined> {
    const nowMs = performance.now();
    if (!this.#named || nowMs - this.#readAtMs > goodForMs) {
      this.#readAtMs = nowMs;
      this.#named = this.#read().catch((error: unknown) => {
        this.#named = undefined;
        throw error;
      });
    }
    return (await this.#named).get(name);
  }

  async #read(): Promise<ReadonlyMap<string, KnownGateway>> {
    const named = new Map<string, KnownGateway>();
    for (const organisationId of await this.#records.organisationIds())
      for (const { id: gatewayId, externalIds } of await this.#records.list('gateway', organisationId))
        for (const { system, value } of externalIds)
          if (system === edgeNodeSystem) named.set(value, { organisationId, gatewayId });
    return named;
  }
}
