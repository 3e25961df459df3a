import type { KnownGateway, Records, SignedInGateway } from '../ports.ts';
import type { Refusals } from './refusals.ts';

/** How long a gateway that another process added or removed may go unseen. */
const goodForMs = 60_000;
const unknownForMs = 5_000;
/** Whoever knocks names itself as it likes. */
const mostKept = 20_000;

interface Kept {
  readonly gateway: KnownGateway | undefined;
  readonly untilMs: number;
}

/** Looks gateways up. @param isTokenOf whether the token is the one of that hash, in a time that does not tell */
export class KnownGateways {
  readonly #deps: { readonly records: Records; readonly refusals: Refusals };
  readonly #isTokenOf: (tokenHash: string, token: string) => boolean;
  readonly #kept = new Map<string, Kept>();

  constructor(
    deps: { readonly records: Records; readonly refusals: Refusals },
    isTokenOf: (tokenHash: string, token: string) => boolean,
  ) {
    this.#deps = deps;
    this.#isTokenOf = isTokenOf;
  }

  /** Who connects with this id and token, asked of the records each time; undefined, and counted, where nobody may. */
  async identify(gatewayId: string, token: string): Promise<SignedInGateway | undefined> {
    const gateway = await this.#deps.records.findGateway(gatewayId);
    if (gateway && this.#isTokenOf(gateway.tokenHash, token))
      return { organisationId: gateway.organisationId, gatewayId: gateway.id, tokenHash: gateway.tokenHash };
    this.#deps.refusals.count(gatewayId, 'unknownGateway', 0);
    return undefined;
  }

  /** A gateway was changed: it is looked up anew. */
  forget(gatewayId: string): void {
    this.#kept.delete(gatewayId);
  }

  /** Those that would not be let in by their token any more, with the hash of the one that holds now. */
  async revoked(connected: readonly SignedInGateway[]): Promise<{ gatewayId: string; tokenHash: string }[]> {
    const revoked: { gatewayId: string; tokenHash: string }[] = [];
    for (const [organisationId, own] of Map.groupBy(connected, (gateway) => gateway.organisationId)) {
      const where = { id: own.map(({ gatewayId }) => gatewayId) };
      const kept = new Map(
        (await this.#deps.records.list('gateway', organisationId, { where })).map(({ id, tokenHash }) => [
          id,
          tokenHash,
        ]),
      );
      for (const { gatewayId, tokenHash } of own)
        if (kept.get(gatewayId) !== tokenHash) revoked.push({ gatewayId, tokenHash: kept.get(gatewayId) ?? '' });
    }
    return revoked;
  }

  /** The gateway of that id, whose message another broker let through; undefined, and counted, where there is none. */
  async find(gatewayId: string): Promise<KnownGateway | undefined> {
    const nowMs = performance.now();
    let kept = this.#kept.get(gatewayId);
    if (!kept || kept.untilMs < nowMs) {
      const found = await this.#deps.records.findGateway(gatewayId);
      const isThere = found !== undefined && found.endedAtMs === undefined;
      const gateway = isThere ? { organisationId: found.organisationId, gatewayId: found.id } : undefined;
      kept = { gateway, untilMs: nowMs + (gateway ? goodForMs : unknownForMs) };
      if (this.#kept.size >= mostKept) this.#kept.clear();
      this.#kept.set(gatewayId, kept);
    }
    if (!kept.gateway) this.#deps.refusals.count(gatewayId, 'unknownGateway', 0);
    return kept.gateway;
  }
}
