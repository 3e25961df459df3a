import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';

interface Kept {
  readonly rows: readonly FleetRow[];
  readonly readAtMs: number;
}

/** So long an answer is given again without a look at the store. */
const freshMs = 2000;
/** So long it is given while the store is read for the next one. */
const usableMs = 30_000;

/**
 * The fleets of the organisations, for the pages that show and filter them: thousands of machines are read once for all
 * who look, and a filter is answered from memory. What is shown is at most `usableMs` old, mostly a few seconds.
 */
export class FleetMemory {
  readonly #read: (organisationId: string) => Promise<FleetRow[]>;
  readonly #wallNow: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<readonly FleetRow[]>>();

  constructor(read: (organisationId: string) => Promise<FleetRow[]>, wallNow: () => number) {
    this.#read = read;
    this.#wallNow = wallNow;
  }

  /** Rows worst first. @throws what reading throws, where nothing usable is kept */
  async rows(organisationId: string): Promise<readonly FleetRow[]> {
    const kept = this.#kept.get(organisationId);
    const ageMs = kept ? this.#wallNow() - kept.readAtMs : Number.POSITIVE_INFINITY;
    if (kept && ageMs < freshMs) return kept.rows;
    const reading = this.#reading.get(organisationId) ?? this.#start(organisationId);
    if (!kept || ageMs >= usableMs) return reading;
    // Whoever reads next hears of a failure once nothing usable is left.
    reading.catch(() => undefined);
    return kept.rows;
  }

  #start(organisationId: string): Promise<readonly FleetRow[]> {
    const readAtMs = this.#wallNow();
    const reading = this.#read(organisationId)
      .then((rows) => {
        this.#kept.set(organisationId, { rows, readAtMs });
        return rows;
      })
      .finally(() => this.#reading.delete(organisationId));
    this.#reading.set(organisationId, reading);
    return reading;
  }
}
