import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Pace } from '@kuluma/shared/wire/pace.ts';
import { type IngestLoad, nextHistoryLimit } from '../core/ingest/history-limit.ts';
import type { Clock, KnownGateway } from '../ports.ts';

export interface PacingDeps {
  readonly clock: Clock;
  /** Monotonic, in ms. */
  readonly monotonicMs: () => number;
  readonly load: () => IngestLoad;
  readonly send: (to: KnownGateway, pace: Pace) => Promise<void>;
}

/** Who sent history within so long shares its limit. */
const activeMs = 10_000;
const tellEveryMs = minuteMs;
const forgetMs = 10 * minuteMs;

interface Heard {
  readonly gateway: KnownGateway;
  heardMs: number;
  historyMs: number;
  toldMs: number;
}

/**
 * Tells gateways how fast they may send what waited, and our time: when they begin to listen, every minute, and at once
 * those that send history when the limit changes. They share it evenly.
 */
export class GatewayPacing {
  readonly #deps: PacingDeps;
  readonly #heard = new Map<string, Heard>();
  #limit: number | null = null;
  #share: number | null = null;

  constructor(deps: PacingDeps) {
    this.#deps = deps;
  }

  /** A message of the gateway came. */
  heard(gateway: KnownGateway, isHistory: boolean): void {
    const nowMs = this.#deps.monotonicMs();
    const known = this.#heard.get(gateway.gatewayId);
    const never = Number.NEGATIVE_INFINITY;
    const entry = known ?? { gateway, heardMs: nowMs, historyMs: never, toldMs: never };
    entry.heardMs = nowMs;
    if (isHistory) entry.historyMs = nowMs;
    if (!known) this.#heard.set(gateway.gatewayId, entry);
  }

  /** The gateway began to listen. */
  async greet(gateway: KnownGateway): Promise<void> {
    this.heard(gateway, false);
    await this.#tell(this.#heard.get(gateway.gatewayId));
  }

  /** To be called about every second. */
  async tick(): Promise<void> {
    const nowMs = this.#deps.monotonicMs();
    for (const [gatewayId, { heardMs }] of this.#heard) if (nowMs - heardMs > forgetMs) this.#heard.delete(gatewayId);
    const all = [...this.#heard.values()];
    const active = all.filter(({ historyMs }) => nowMs - historyMs < activeMs);
    this.#limit = nextHistoryLimit(this.#limit, this.#deps.load());
    const share = this.#limit === null ? null : this.#limit / Math.max(1, active.length);
    const isNew = share !== this.#share;
    this.#share = share;
    const due = all.filter(({ toldMs }) => nowMs - toldMs > tellEveryMs);
    for (const entry of new Set(isNew ? [...due, ...active] : due)) await this.#tell(entry);
  }

  async #tell(entry: Heard | undefined): Promise<void> {
    if (!entry) return;
    entry.toldMs = this.#deps.monotonicMs();
    await this.#deps.send(entry.gateway, { historySamplesPerS: this.#share, nowMs: this.#deps.clock.now() });
  }
}
