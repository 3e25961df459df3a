import type { SignedInGateway } from '../broker-ports.ts';
import { type GatewayProof, wayInBy, waysIn } from '../core/access/ways-in.ts';
import type { KnownGateway, Records } from '../ports.ts';
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

interface KnownGatewaysDeps {
  readonly records: Records;
  readonly refusals: Refusals;
  readonly wallNow: () => number;
  /** Whether the token is the one of that hash, in a time that does not tell. */
  readonly isTokenOf: (tokenHash: string, token: string) => boolean;
}

/** Looks gateways up. */
export class KnownGateways {
  readonly #deps: KnownGatewaysDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: KnownGatewaysDeps) {
    this.#deps = deps;
  }

  /** Who connects with this id and proof, asked of the records each time; undefined, and counted, where nobody may. */
  async identify(gatewayId: string, proof: GatewayProof): Promise<SignedInGateway | undefined> {
    const { records, wallNow, isTokenOf } = this.#deps;
    const gateway = await records.findGateway(gatewayId);
    const wayIn = gateway && wayInBy(gateway, proof, wallNow(), isTokenOf);
    if (gateway && wayIn) return { organisationId: gateway.organisationId, gatewayId: gateway.id, wayIn };
    this.#deps.refusals.count(gatewayId, 'unknownGateway', 0);
    return undefined;
  }

  /** A gateway was changed: it is looked up anew. */
  forget(gatewayId: string): void {
    this.#kept.delete(gatewayId);
  }

  /** Those that would not be let in by what they showed any more, with the ways in that hold now. */
  async revoked(
    connected: readonly SignedInGateway[],
  ): Promise<{ readonly gatewayId: string; readonly waysIn: readonly string[] }[]> {
    const { records, wallNow } = this.#deps;
    const revoked: { gatewayId: string; waysIn: string[] }[] = [];
    for (const [organisationId, own] of Map.groupBy(connected, (gateway) => gateway.organisationId)) {
      const where = { id: own.map(({ gatewayId }) => gatewayId) };
      const kept = await records.list('gateway', organisationId, { where });
      const held = new Map(kept.map((gateway) => [gateway.id, waysIn(gateway, wallNow())]));
      for (const { gatewayId, wayIn } of own) {
        const ways = held.get(gatewayId) ?? [];
        if (!ways.includes(wayIn)) revoked.push({ gatewayId, waysIn: ways });
      }
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
