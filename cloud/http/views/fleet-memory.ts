import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';

interface Kept {
  readonly rows: readonly FleetRow[];
  readonly readAtMs: number;
  /** So long it is given again without a look at the store. */
  readonly freshMs: number;
}

const leastFreshMs = 2000;
/** Reading takes at most a tenth of the time, however large the fleet. */
const restPerRead = 9;
/** So long an answer is given while the store is read for the next one. */
const usableMs = 60_000;

/**
 * The fleets of the organisations, for the pages that show and filter them: thousands of machines are read once for all
 * who look, and a filter is answered from memory. What is shown is at most `usableMs` old, mostly a few seconds.
 */
export class FleetMemory {
  readonly #read: (organisationId: string) => Promise<FleetRow[]>;
  readonly #wallNow: () => number;
  readonly #onFailure: (error: unknown) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<readonly FleetRow[]>>();

  constructor(
    read: (organisationId: string) => Promise<FleetRow[]>,
    wallNow: () => number,
    onFailure: (error: unknown) => void,
  ) {
    this.#read = read;
    this.#wallNow = wallNow;
    this.#onFailure = onFailure;
  }

  /** Rows worst first. @throws what reading throws, where nothing usable is kept */
  async rows(organisationId: string): Promise<readonly FleetRow[]> {
    const kept = this.#kept.get(organisationId);
    const ageMs = kept ? this.#wallNow() - kept.readAtMs : Number.POSITIVE_INFINITY;
    if (kept && ageMs < kept.freshMs) return kept.rows;
    if (!kept || ageMs >= usableMs) return this.#reading.get(organisationId) ?? this.#start(organisationId);
    // After this answer has left: whoever asks hears of a failure only once nothing usable is left, the log at once.
    setImmediate(() => {
      if (!this.#reading.has(organisationId)) this.#start(organisationId).catch(this.#onFailure);
    });
    return kept.rows;
  }

  #start(organisationId: string): Promise<readonly FleetRow[]> {
    const readAtMs = this.#wallNow();
    const reading = this.#read(organisationId)
      .then((rows) => {
        const freshMs = Math.max(leastFreshMs, restPerRead * (this.#wallNow() - readAtMs));
        this.#kept.set(organisationId, { rows, readAtMs, freshMs });
        return rows;
      })
      .finally(() => this.#reading.delete(organisationId));
    this.#reading.set(organisationId, reading);
    return reading;
  }
}
