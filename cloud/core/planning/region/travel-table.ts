import type { Location } from '@kuluma/shared/model/base.ts';
import { drivingMinutes, earthRadiusKm, finnishRoads, roadDetourFactor, type SpeedBand } from '../travel.ts';
import type { RegionForm } from './form.ts';

/** Ways from each point to each: `from * size + to`. Minutes are whole, rounded up. */
export interface TravelTable {
  readonly size: number;
  readonly minutes: Float64Array;
  readonly km: Float64Array;
}

/** A point on the map, by the name that a matrix has for it. */
export interface Point {
  readonly name: string;
  readonly location: Location;
}

/** Ways from each of some points to each of others: `from * targets + to`, NaN where there is none. Minutes are whole, rounded up. */
export interface Ways {
  readonly minutes: Float64Array;
  readonly km: Float64Array;
}

/** Asks for ways where they are known. Rejects with an AppError. */
export type WaysBetween = (sources: readonly Point[], targets: readonly Point[]) => Promise<Ways>;

/** Longitude first, to a tenth of a metre: as routing servers have a place. */
export const coordinatesOf = ({ latitude, longitude }: Location): string =>
  `${longitude.toFixed(6)},${latitude.toFixed(6)}`;

/** Where ways come from: arithmetic, a matrix, or a routing server. Rejects with an AppError. */
export type TravelSource = (points: readonly Point[]) => Promise<TravelTable>;

/** Points of the unit sphere, `x, y, z` after one another: distances between many need no trigonometry for each pair. */
const onSphere = (points: readonly Point[]): Float64Array => {
  const vectors = new Float64Array(points.length * 3);
  points.forEach(({ location: { latitude, longitude } }, i) => {
    const phi = (latitude * Math.PI) / 180;
    const lambda = (longitude * Math.PI) / 180;
    vectors.set([Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)], 3 * i);
  });
  return vectors;
};

/** All ways as `haversineTravel` has them one by one, up to rounding: great circle by the chord, times a detour, band by band. */
export const haversineTable = (
  points: readonly Point[],
  detourFactor = roadDetourFactor,
  bands: readonly SpeedBand[] = finnishRoads,
): TravelTable => {
  const size = points.length;
  const at = onSphere(points);
  const minutes = new Float64Array(size * size);
  const km = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++) {
      const x = (at[3 * a] as number) - (at[3 * b] as number);
      const y = (at[3 * a + 1] as number) - (at[3 * b + 1] as number);
      const z = (at[3 * a + 2] as number) - (at[3 * b + 2] as number);
      const wayKm = 2 * earthRadiusKm * detourFactor * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
      const wayMinutes = drivingMinutes(wayKm, bands);
      km[a * size + b] = wayKm;
      km[b * size + a] = wayKm;
      minutes[a * size + b] = wayMinutes;
      minutes[b * size + a] = wayMinutes;
    }
  return { size, minutes, km };
};

/**
 * The ways of a matrix, in minutes and km. Where a way by another place is shorter that one is driven, so that no stop
 * less ever makes a day longer (R.W. Floyd, Algorithm 97, Communications of the ACM 5, 1962).
 */
export const matrixTable = (
  points: readonly Point[],
  matrix: {
    readonly places: readonly string[];
    readonly minutes: readonly number[][];
    readonly km: readonly number[][];
  },
): TravelTable => {
  const size = points.length;
  const rows = points.map(({ name }) => matrix.places.indexOf(name));
  const flat = (values: readonly number[][]) =>
    Float64Array.from({ length: size * size }, (_, i) => {
      const from = rows[Math.floor(i / size)] ?? -1;
      const to = rows[i % size] ?? -1;
      return from === to ? 0 : (values[from]?.[to] ?? Number.NaN);
    });
  const minutes = flat(matrix.minutes);
  const km = flat(matrix.km);
  for (let via = 0; via < size; via++)
    for (let from = 0; from < size; from++) {
      const first = minutes[from * size + via] as number;
      for (let to = 0; to < size; to++) {
        const around = first + (minutes[via * size + to] as number);
        if (around >= (minutes[from * size + to] as number)) continue;
        minutes[from * size + to] = around;
        km[from * size + to] = (km[from * size + via] as number) + (km[via * size + to] as number);
      }
    }
  return { size, minutes, km };
};

/** The ways of a region. `osrm` opens the table service of a routing server at an address. */
export const travelOf = (
  { by, haversine, matrix, osrmUrl = '', factor = 1 }: RegionForm['travel'],
  osrm: (url: string) => TravelSource,
): TravelSource => {
  const bands = haversine?.bands?.map(({ upToKm = Number.POSITIVE_INFINITY, kmPerHour }) => ({ upToKm, kmPerHour }));
  const sources: Record<typeof by, TravelSource> = {
    haversine: async (points) => haversineTable(points, haversine?.detourFactor, bands),
    matrix: async (points) => matrixTable(points, matrix ?? { places: [], minutes: [], km: [] }),
    osrm: osrm(osrmUrl),
  };
  return async (points) => {
    const table = await sources[by](points);
    return factor === 1 ? table : { ...table, minutes: table.minutes.map((m) => Math.ceil(m * factor - 1e-9)) };
  };
};
