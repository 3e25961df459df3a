import { AppError } from '@kuluma/shared/errors.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';
import {
  coordinatesOf,
  type Point,
  type TravelSource,
  type WaysBetween,
} from '../core/planning/region/travel-table.ts';

const Rows = Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()])));
/** Rows by source in seconds and metres; null where there is no way. */
const Table = Type.Object({ code: Type.Literal('Ok'), durations: Rows, distances: Rows });
const Refusal = Type.Object({ code: Type.String(), message: Type.Optional(Type.String()) });

/** What stands for a way that does not exist: longer than any working day. */
const noWay = 100_000;
/** A server answers for a hundred places at once unless told otherwise: fifty from and fifty to. */
const blockSize = 50;
/** Of a plan that is made from a file, where nobody waits at a page. */
const patientMs = 30_000;

const coordinates = (points: readonly Point[]): string =>
  points.map(({ location }) => coordinatesOf(location)).join(';');

const numbers = (from: number, count: number): string => Array.from({ length: count }, (_, i) => from + i).join(';');

const ask = async (server: string, query: string, timeoutMs: number): Promise<Static<typeof Table>> => {
  let answer: unknown;
  try {
    const response = await fetch(`${server}/${query}`, { signal: AbortSignal.timeout(timeoutMs) });
    answer = await response.json();
  } catch (cause) {
    const hint = `is osrm-routed running at ${server}?`;
    throw new AppError('LINK_DOWN', 'the routing server gives no answer', { cause, hint });
  }
  if (isValid(Table, answer)) return answer;
  const said = isValid(Refusal, answer) ? `${answer.code} ${answer.message ?? ''}`.trim() : 'no table';
  const hint = 'its address is that of the table service with its profile: http://localhost:5000/table/v1/driving';
  throw new AppError('INPUT_INVALID', `the routing server answers: ${said}`, { hint });
};

/**
 * Ways by road from an OSRM server, asked in blocks: the table service of its HTTP API, version 1.
 * @param url up to the profile, `http://localhost:5000/table/v1/driving`
 * @param timeoutMs for each block
 * @throws LINK_DOWN without an answer, INPUT_INVALID when the server refuses
 */
export const osrmWays =
  (url: string, timeoutMs: number): WaysBetween =>
  async (sources, targets) => {
    const server = url.replace(/\/$/, '');
    const minutes = new Float64Array(sources.length * targets.length);
    const km = new Float64Array(sources.length * targets.length);
    for (let from = 0; from < sources.length; from += blockSize)
      for (let to = 0; to < targets.length; to += blockSize) {
        const here = sources.slice(from, from + blockSize);
        const there = targets.slice(to, to + blockSize);
        const query =
          `${coordinates([...here, ...there])}?annotations=duration,distance` +
          `&sources=${numbers(0, here.length)}&destinations=${numbers(here.length, there.length)}`;
        const { durations, distances } = await ask(server, query, timeoutMs);
        for (const row of here.keys())
          for (const column of there.keys()) {
            const way = (from + row) * targets.length + to + column;
            const seconds = durations[row]?.[column];
            const metres = distances[row]?.[column];
            minutes[way] = seconds == null || metres == null ? Number.NaN : Math.ceil(seconds / 60);
            km[way] = seconds == null || metres == null ? Number.NaN : metres / 1000;
          }
      }
    return { minutes, km };
  };

/** All ways by road from each point to each; where there is none, one that is longer than any day. Throws as `osrmWays`. */
export const osrmTravel =
  (url: string): TravelSource =>
  async (points) => {
    const size = points.length;
    const ways = await osrmWays(url, patientMs)(points, points);
    const driven = (values: Float64Array) =>
      values.map((value, way) => (way % (size + 1) === 0 ? 0 : Number.isNaN(value) ? noWay : value));
    return { size, minutes: driven(ways.minutes), km: driven(ways.km) };
  };
