import type { Location } from '@kuluma/shared/model/base.ts';

/** Way between two places by road. `minutes` are whole, rounded up. */
export interface Leg {
  readonly km: number;
  readonly minutes: number;
}
/** Obeys the triangle inequality: taking a stop out of a day never makes the rest late. */
export type Travel = (from: Location, to: Location) => Leg;

/** Speed on the part of a way that lies within the first `upToKm` and beyond the previous band. Bands by rising distance and speed. */
export interface SpeedBand {
  readonly upToKm: number;
  readonly kmPerHour: number;
}

/** Streets first, then roads, then highways; the speeds are those of a van in southern Finland. */
export const finnishRoads: readonly SpeedBand[] = [
  { upToKm: 5, kmPerHour: 35 },
  { upToKm: 30, kmPerHour: 60 },
  { upToKm: Number.POSITIVE_INFINITY, kmPerHour: 85 },
];

export const earthRadiusKm = 6371.0088;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance. Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), mean radius of IUGG. */
export const haversineKm = (a: Location, b: Location): number => {
  const halfChordSquared =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(halfChordSquared)));
};

/** Time for a way, driven band by band. */
export const drivingMinutes = (km: number, bands: readonly SpeedBand[]): number => {
  let hours = 0;
  let bandStartKm = 0;
  for (const { upToKm, kmPerHour } of bands) {
    if (km <= bandStartKm) break;
    hours += (Math.min(km, upToKm) - bandStartKm) / kmPerHour;
    bandStartKm = upToKm;
  }
  return Math.ceil(hours * 60);
};

/** Roads in sparse countries are 1.2-1.4 times the straight line: Ballou, Rahardja, Sakai, Transportation Research A 36, 2002. */
export const roadDetourFactor = 1.3;

/** Travel without a road map: great circle times `detourFactor`, driven band by band. */
export const haversineTravel =
  (detourFactor = roadDetourFactor, bands: readonly SpeedBand[] = finnishRoads): Travel =>
  (from, to) => {
    const km = haversineKm(from, to) * detourFactor;
    return { km, minutes: drivingMinutes(km, bands) };
  };
