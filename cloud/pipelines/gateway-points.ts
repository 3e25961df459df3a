import type { Period } from '@kuluma/shared/model/base.ts';
import type { Records } from '../ports.ts';

/** Periods in which a gateway fed a point, by id of the point. */
export type PointPeriods = ReadonlyMap<string, readonly Period[]>;

const goodForMs = 60_000;
const doubtedAfterMs = 1_000;

/**
 * Which gateway feeds which points, kept for a minute. Someone who finds a point missing asks with `inDoubt`: then
 * whatever is older than a second is read again, so that a point counts soon after it was assigned.
 */
export class GatewayPoints {
  readonly #records: Records;
  readonly #kept = new Map<string, { readonly periods: PointPeriods; readonly readAtMs: number }>();

  constructor(records: Records) {
    this.#records = records;
  }

  async of(organisationId: string, gatewayId: string, inDoubt = false): Promise<PointPeriods> {
    const key = `${organisationId} ${gatewayId}`;
    const kept = this.#kept.get(key);
    const ageMs = performance.now() - (kept?.readAtMs ?? Number.NEGATIVE_INFINITY);
    if (kept && ageMs < (inDoubt ? doubtedAfterMs : goodForMs)) return kept.periods;
    const readAtMs = performance.now();
    const periods = new Map<string, Period[]>();
    for (const { pointId, period } of await this.#records.list('pointAssignment', organisationId, {
      where: { gatewayId },
    })) {
      const before = periods.get(pointId);
      if (before) before.push(period);
      else periods.set(pointId, [period]);
    }
    this.#kept.set(key, { periods, readAtMs });
    return periods;
  }
}
