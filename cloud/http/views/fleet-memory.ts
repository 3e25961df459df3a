import type { Clock, Records } from '../../ports.ts';
import { FleetModel } from './fleet-model.ts';

interface Kept {
  readonly model: FleetModel;
  readonly loaded: Promise<void>;
  readonly begunAtMs: number;
}

/** How long what another process wrote may go unseen. */
const foreignMs = 60_000;

export interface FleetMemoryDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly wallNow: () => number;
  /** Whether other processes write to these records too: of that nothing tells. */
  readonly sharesRecords: boolean;
  readonly onFailure: (error: unknown) => void;
}

/**
 * The fleets of the organisations that somebody looks at, each read once and kept true from then on by what this process
 * writes; where other processes write too, read anew every minute beside the one that answers.
 */
export class FleetMemory {
  readonly #deps: FleetMemoryDeps;
  readonly #kept = new Map<string, Kept>();
  /** Read anew, to take the place of the kept one. */
  readonly #next = new Map<string, Kept>();
  readonly #unwatch: () => void;

  constructor(deps: FleetMemoryDeps) {
    this.#deps = deps;
    this.#unwatch = deps.records.watch((written) => {
      for (const kept of [this.#kept, this.#next]) kept.get(written.organisationId)?.model.take(written);
    });
  }

  /** @throws what the store throws; the next caller tries again */
  async of(organisationId: string): Promise<FleetModel> {
    const known = this.#kept.get(organisationId) ?? this.#begin(this.#kept, organisationId);
    await known.loaded;
    const isOld = this.#deps.sharesRecords && this.#deps.wallNow() - known.begunAtMs >= foreignMs;
    if (isOld && !this.#next.has(organisationId)) this.#renew(organisationId);
    return known.model;
  }

  stop(): void {
    this.#unwatch();
    this.#kept.clear();
    this.#next.clear();
  }

  #renew(organisationId: string): void {
    const next = this.#begin(this.#next, organisationId);
    next.loaded.then(() => {
      this.#next.delete(organisationId);
      this.#kept.set(organisationId, next);
    }, this.#deps.onFailure);
  }

  #begin(place: Map<string, Kept>, organisationId: string): Kept {
    const { records, clock, wallNow } = this.#deps;
    const model = new FleetModel(records, organisationId);
    const begunAtMs = wallNow();
    // The listener finds it before the first answer of the store.
    const loaded = model.load(clock.now());
    const begun = { model, loaded, begunAtMs };
    place.set(organisationId, begun);
    loaded.catch(() => place.delete(organisationId));
    return begun;
  }
}
