import { minuteMs, secondMs } from '@kuluma/shared/model/units.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { osrmWays } from './adapters/travel-osrm.ts';
import type { CloudConfig } from './config.ts';
import {
  coordinatesOf,
  haversineTable,
  type Point,
  type TravelSource,
  type TravelTable,
  type WaysBetween,
} from './core/planning/region/travel-table.ts';
import { WayMemory } from './core/planning/region/way-memory.ts';
import type { WaysGuessed } from './http/http-deps.ts';

/** Homes, depots and sites of a large company; their ways take 40 MB once they are all known. */
const mostPlaces = 1500;

/** A server that gave no answer is let alone for so long, so that nobody at the board waits for it again and again. */
const restMs = minuteMs;

/** Where plans have their ways from, and how many had to be guessed since the start. */
interface PlannedTravel {
  readonly travel: TravelSource;
  readonly guessed: () => readonly WaysGuessed[];
}

/**
 * Ways by road, each asked for once. One that cannot be had is guessed by the great circle: for good where the server
 * knows no way, and for now where it gives no answer.
 * @param now epoch ms of the machine
 */
class RoadTravel {
  readonly #ask: WaysBetween;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #memory = new WayMemory(mostPlaces);
  readonly #guessed = { noAnswer: 0, noWay: 0 };
  #askAgainMs = Number.NEGATIVE_INFINITY;
  #tellAgainMs = Number.NEGATIVE_INFINITY;

  constructor(ask: WaysBetween, log: Logger, now: () => number) {
    this.#ask = ask;
    this.#log = log;
    this.#now = now;
  }

  guessed(): readonly WaysGuessed[] {
    return (['noAnswer', 'noWay'] as const).map((reason) => ({ reason, ways: this.#guessed[reason] }));
  }

  async between(points: readonly Point[]): Promise<TravelTable> {
    const places = [...new Map(points.map((point) => [coordinatesOf(point.location), point])).values()];
    const table = haversineTable(places);
    const missing = this.#memory.recall(places, table);
    if (missing.size > 0) await this.#askFor(places, missing, table);
    const rowOf = new Map(places.map(({ location }, row) => [coordinatesOf(location), row]));
    const rows = points.map(({ location }) => rowOf.get(coordinatesOf(location)) as number);
    const of = (values: Float64Array) =>
      Float64Array.from(
        { length: points.length ** 2 },
        (_, way) =>
          values[(rows[Math.floor(way / points.length)] ?? 0) * places.length + (rows[way % points.length] ?? 0)] ?? 0,
      );
    return { size: points.length, minutes: of(table.minutes), km: of(table.km) };
  }

  async #askFor(places: readonly Point[], missing: ReadonlySet<number>, table: TravelTable): Promise<void> {
    const known = [...places.keys()].filter((place) => !missing.has(place));
    const waysMissing = places.length * (places.length - 1) - known.length * (known.length - 1);
    if (this.#now() < this.#askAgainMs) {
      this.#guessed.noAnswer += waysMissing;
      return;
    }
    try {
      await this.#take(places, [...missing], [...places.keys()], table);
      if (known.length > 0) await this.#take(places, known, [...missing], table);
    } catch (error) {
      this.#guessed.noAnswer += waysMissing;
      this.#askAgainMs = this.#now() + restMs;
      this.#log.warn({ err: error, ways: waysMissing }, 'ways are guessed by the great circle: the server has none');
    }
  }

  /** Enters the ways between some places and others. */
  async #take(
    places: readonly Point[],
    from: readonly number[],
    to: readonly number[],
    table: TravelTable,
  ): Promise<void> {
    const sources = from.map((row) => places[row] as Point);
    const targets = to.map((row) => places[row] as Point);
    const ways = await this.#ask(sources, targets);
    let noWay = 0;
    for (const [i, row] of from.entries())
      for (const [j, column] of to.entries()) {
        const [asked, way] = [i * to.length + j, row * table.size + column];
        if (row === column || Number.isNaN(ways.minutes[asked])) {
          ways.minutes[asked] = table.minutes[way] as number;
          ways.km[asked] = table.km[way] as number;
          if (row !== column) noWay++;
        }
        table.minutes[way] = ways.minutes[asked] as number;
        table.km[way] = ways.km[asked] as number;
      }
    this.#memory.learn(sources, targets, ways);
    this.#guessed.noWay += noWay;
    if (noWay === 0 || this.#now() < this.#tellAgainMs) return;
    this.#tellAgainMs = this.#now() + minuteMs;
    this.#log.warn({ ways: noWay }, 'ways are guessed by the great circle: the server knows no road there');
  }
}

/** Ways of plans as configured. */
export const plannedTravelOf = ({ travel }: CloudConfig, log: Logger, now: () => number): PlannedTravel => {
  if (travel.kind !== 'osrm' || !travel.url)
    return { travel: async (points) => haversineTable(points), guessed: () => [] };
  const roads = new RoadTravel(osrmWays(travel.url, travel.timeoutSec * secondMs), log, now);
  return { travel: (points) => roads.between(points), guessed: () => roads.guessed() };
};
