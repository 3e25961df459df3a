import type { Id, Period } from '@kuluma/shared/model/base.ts';
import { type PointTableContent, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { mostTablePoints } from '@kuluma/shared/wire/samples-body.ts';
import type { KnownGateway, Records } from '../ports.ts';

type PointId = Id<'measurementPoint'>;

/** Where the samples of a metric go. */
export interface MetricPoint {
  readonly period: Period;
  readonly table: PointTableContent;
  /** Index into the table. */
  readonly index: number;
}

/** By the source that the assignment names. A source may have fed one point after another. */
export type MetricPoints = ReadonlyMap<string, readonly MetricPoint[]>;

/** How long a change of an assignment may go unseen, and how long where a metric had no point. */
const goodForMs = 15_000;
const doubtedAfterMs = 5000;

/** Which points take the metrics of a gateway's Sparkplug edge nodes; kept for some seconds. */
export class MetricPointsOfGateways {
  readonly #records: Records;
  readonly #kept = new Map<string, { readonly points: MetricPoints; readonly readAtMs: number }>();

  constructor(records: Records) {
    this.#records = records;
  }

  async of({ organisationId, gatewayId }: KnownGateway, inDoubt = false): Promise<MetricPoints> {
    const kept = this.#kept.get(gatewayId);
    const readAtMs = performance.now();
    if (kept && readAtMs - kept.readAtMs < (inDoubt ? doubtedAfterMs : goodForMs)) return kept.points;
    const points = await this.#read(organisationId, gatewayId);
    this.#kept.set(gatewayId, { points, readAtMs });
    return points;
  }

  async #read(organisationId: Id<'organisation'>, gatewayId: Id<'gateway'>): Promise<MetricPoints> {
    const all = await this.#records.list('pointAssignment', organisationId, { where: { gatewayId } });
    const assignments = all.filter(({ source }) => source.startsWith('sparkplug:'));
    const placeOf = placesIn(assignments.map(({ pointId }) => pointId));
    const points = new Map<string, MetricPoint[]>();
    for (const { source, pointId, period } of assignments) {
      const point = { period, ...(placeOf.get(pointId) as Omit<MetricPoint, 'period'>) };
      const before = points.get(source);
      if (before) before.push(point);
      else points.set(source, [point]);
    }
    return points;
  }
}

/** All points in as few tables as hold them, sorted: the tables stay the same until an assignment changes. */
const placesIn = (pointIds: readonly PointId[]): ReadonlyMap<PointId, Omit<MetricPoint, 'period'>> => {
  const sorted = [...new Set(pointIds)].sort();
  const places = new Map<PointId, Omit<MetricPoint, 'period'>>();
  for (let at = 0; at < sorted.length; at += mostTablePoints) {
    const ids = sorted.slice(at, at + mostTablePoints);
    const table = { tableId: tableIdOf(ids), pointIds: ids };
    for (const [index, pointId] of ids.entries()) places.set(pointId, { table, index });
  }
  return places;
};
