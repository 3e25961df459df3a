import type { Clock, Records } from '../../ports.ts';
import { FleetModel } from './fleet-model.ts';

/** The fleets of the organisations that somebody looks at, each read once and kept true from then on. */
export class FleetMemory {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #models = new Map<string, { readonly model: FleetModel; readonly loaded: Promise<void> }>();
  readonly #unwatch: () => void;

  constructor(records: Records, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
    this.#unwatch = records.watch((written) => this.#models.get(written.organisationId)?.model.take(written));
  }

  /** @throws what the store throws; the next caller tries again */
  async of(organisationId: string): Promise<FleetModel> {
    const known = this.#models.get(organisationId) ?? this.#begin(organisationId);
    await known.loaded;
    return known.model;
  }

  stop(): void {
    this.#unwatch();
    this.#models.clear();
  }

  #begin(organisationId: string) {
    const model = new FleetModel(this.#records, organisationId);
    const loaded = model.load(this.#clock.now());
    const begun = { model, loaded };
    this.#models.set(organisationId, begun);
    loaded.catch(() => this.#models.delete(organisationId));
    return begun;
  }
}
