import { AppError } from '@kuluma/shared/errors.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';
import type { Point, TravelSource } from '../core/planning/region/travel-table.ts';

const Rows = Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()])));
/** Rows by source in seconds and metres; null where there is no way. */
const Table = Type.Object({ code: Type.Literal('Ok'), durations: Rows, distances: Rows });
const Refusal = Type.Object({ code: Type.String(), message: Type.Optional(Type.String()) });

/** What stands for a way that does not exist: longer than any working day. */
const noWay = 100_000;
/** A server answers for a hundred places at once unless told otherwise: fifty from and fifty to. */
const blockSize = 50;
const timeoutMs = 30_000;

const coordinates = (points: readonly Point[]): string =>
  points.map(({ location: { latitude, longitude } }) => `${longitude.toFixed(6)},${latitude.toFixed(6)}`).join(';');

const numbers = (from: number, count: number): string => Array.from({ length: count }, (_, i) => from + i).join(';');

const ask = async (url: string): Promise<Static<typeof Table>> => {
  let answer: unknown;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    answer = await response.json();
  } catch (cause) {
    const hint = 'is osrm-routed running at travel/osrmUrl?';
    throw new AppError('LINK_DOWN', 'the routing server gives no answer', { cause, hint });
  }
  if (isValid(Table, answer)) return answer;
  const said = isValid(Refusal, answer) ? `${answer.code} ${answer.message ?? ''}`.trim() : 'no table';
  const hint = 'travel/osrmUrl is the table service with its profile: http://localhost:5000/table/v1/driving';
  throw new AppError('INPUT_INVALID', `the routing server answers: ${said}`, { hint });
};

/**
 * Ways by road from an OSRM server, asked in blocks: the table service of its HTTP API, version 1.
 * @param url up to the profile, `http://localhost:5000/table/v1/driving`
 * @throws LINK_DOWN without an answer, INPUT_INVALID when the server refuses
 */
export const osrmTravel =
  (url: string): TravelSource =>
  async (points) => {
    const size = points.length;
    const minutes = new Float64Array(size * size);
    const km = new Float64Array(size * size);
    for (let from = 0; from < size; from += blockSize)
      for (let to = 0; to < size; to += blockSize) {
        const sources = points.slice(from, from + blockSize);
        const targets = points.slice(to, to + blockSize);
        const { durations, distances } = await ask(
          `${url.replace(/\/$/, '')}/${coordinates([...sources, ...targets])}?annotations=duration,distance` +
            `&sources=${numbers(0, sources.length)}&destinations=${numbers(sources.length, targets.length)}`,
        );
        for (const row of sources.keys())
          for (const column of targets.keys()) {
            const way = (from + row) * size + to + column;
            if (from + row === to + column) continue;
            const seconds = durations[row]?.[column];
            const metres = distances[row]?.[column];
            minutes[way] = seconds == null ? noWay : Math.ceil(seconds / 60);
            km[way] = metres == null ? noWay : metres / 1000;
          }
      }
    return { size, minutes, km };
  };
