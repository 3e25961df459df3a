import type { SampleColumns } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';

/** How the samples of a point of one hour came. */
export interface Arrival {
  /** Mean of received minus sampled; below 0 where the gateway's clock is ahead. */
  readonly latenessMs: number;
  /** The most that one was sampled ahead of our clock. */
  readonly aheadMs: number;
}

interface Sum {
  count: number;
  latenessMs: number;
  aheadMs: number;
}

/** Arrivals by hour and point of one organisation. */
export type Arrivals = ReadonlyMap<number, ReadonlyMap<string, Arrival>>;

/** So many hours are remembered of one organisation where nobody takes the notes, as where another runs the jobs. */
const mostHours = 31 * 24;

/** Notes when samples come, until somebody takes the notes. In memory only: after a restart a few hours have none. */
export class ArrivalTally {
  #byOrganisation = new Map<string, Map<number, Map<string, Sum>>>();

  note(organisationId: string, samples: SampleColumns, receivedAtMs: number): void {
    const { pointIds, point, sampledAtMs, count } = samples;
    for (let i = 0; i < count; i++) {
      const atMs = sampledAtMs[i] as number;
      const sum = this.#sumOf(
        organisationId,
        Math.floor(atMs / hourMs) * hourMs,
        pointIds[point[i] as number] as string,
      );
      const latenessMs = receivedAtMs - atMs;
      sum.count++;
      sum.latenessMs += latenessMs;
      if (-latenessMs > sum.aheadMs) sum.aheadMs = -latenessMs;
    }
  }

  #sumOf(organisationId: string, hour: number, pointId: string): Sum {
    let hours = this.#byOrganisation.get(organisationId);
    if (!hours) {
      hours = new Map();
      this.#byOrganisation.set(organisationId, hours);
    }
    let points = hours.get(hour);
    if (!points) {
      points = new Map();
      hours.set(hour, points);
      const [first] = hours.keys();
      if (hours.size > mostHours && first !== undefined) hours.delete(first);
    }
    let sum = points.get(pointId);
    if (!sum) {
      sum = { count: 0, latenessMs: 0, aheadMs: 0 };
      points.set(pointId, sum);
    }
    return sum;
  }

  /** Gives and forgets the notes of hours that began before `endMs`. */
  take(organisationId: string, endMs: number): Arrivals {
    const taken = new Map<number, Map<string, Arrival>>();
    const hours = this.#byOrganisation.get(organisationId) ?? new Map<number, Map<string, Sum>>();
    for (const [hour, points] of hours) {
      if (hour >= endMs) continue;
      hours.delete(hour);
      const arrivals = [...points].map(([pointId, { count, latenessMs, aheadMs }]): [string, Arrival] => [
        pointId,
        { latenessMs: latenessMs / count, aheadMs },
      ]);
      taken.set(hour, new Map(arrivals));
    }
    return taken;
  }
}
