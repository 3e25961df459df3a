import type { Id, Period } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Records, RecordTransaction } from '../ports.ts';

/** Periods in which a gateway fed a point, by id of the point. */
export type PointPeriods = ReadonlyMap<string, readonly Period[]>;

/** How long a change that another process made may go unseen. */
const goodForMs = 15_000;
const doubtedAfterMs = 1_000;

const keyOf = (organisationId: string, gatewayId: string): string => `${organisationId} ${gatewayId}`;

/**
 * Which gateway feeds which points, kept for some seconds. Changes through `watched` count at once. Someone who finds a
 * point missing asks with `inDoubt`: then whatever is older than a second is read again.
 */
export class GatewayPoints {
  readonly #records: Records;
  readonly #kept = new Map<string, { readonly periods: PointPeriods; readonly readAtMs: number }>();
  /** Raised by each change, so that what was read before it is not kept after it. */
  #changes = 0;

  constructor(records: Records) {
    this.#records = records;
  }

  /** The same records; a change of an assignment that is made through them is seen here. */
  get watched(): Records {
    const records = this.#records;
    return {
      ...records,
      transact: async (work, by) => {
        const changed = new Set<string>();
        const note = (kind: string, record: unknown): void => {
          if (kind !== 'pointAssignment') return;
          const { organisationId, gatewayId } = record as RecordOf<'pointAssignment'>;
          changed.add(keyOf(organisationId, gatewayId));
        };
        const noting = (tx: RecordTransaction): RecordTransaction => ({
          ...tx,
          insert: (kind, record) => {
            note(kind, record);
            return tx.insert(kind, record);
          },
          update: (kind, record) => {
            note(kind, record);
            return tx.update(kind, record);
          },
        });
        try {
          return await records.transact((tx) => work(noting(tx)), by);
        } finally {
          this.#changes += changed.size;
          for (const key of changed) this.#kept.delete(key);
        }
      },
    };
  }

  async of(organisationId: Id<'organisation'>, gatewayId: Id<'gateway'>, inDoubt = false): Promise<PointPeriods> {
    const key = keyOf(organisationId, gatewayId);
    const kept = this.#kept.get(key);
    const readAtMs = performance.now();
    const ageMs = readAtMs - (kept?.readAtMs ?? Number.NEGATIVE_INFINITY);
    if (kept && ageMs < (inDoubt ? doubtedAfterMs : goodForMs)) return kept.periods;
    const changes = this.#changes;
    const periods = new Map<string, Period[]>();
    for (const { pointId, period } of await this.#records.list('pointAssignment', organisationId, {
      where: { gatewayId },
    })) {
      const before = periods.get(pointId);
      if (before) before.push(period);
      else periods.set(pointId, [period]);
    }
    if (changes === this.#changes) this.#kept.set(key, { periods, readAtMs });
    return periods;
  }
}
