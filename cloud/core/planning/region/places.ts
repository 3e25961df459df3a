import type { Location } from '@kuluma/shared/model/base.ts';
import type { SiftedRegion, SiftedVisit } from './sift.ts';
import type { Point, TravelTable } from './travel-table.ts';

/** Where a stop of the kernel is: a point, and what has to be set up there before work. */
interface Place {
  readonly point: number;
  readonly site: string | undefined;
  readonly siteSetUpMin: number;
  readonly machineSetUpMin: number;
}

/** The map of a region: all points, each once, and the places of visits, technicians and depots. */
export interface Places {
  readonly points: readonly Point[];
  readonly ofVisit: (visit: SiftedVisit) => number;
  readonly ofTechnician: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
  readonly ofDepot: ReadonlyMap<string, number>;
  readonly places: readonly Place[];
}

export const placesOf = (
  { technicians, depots, sites, machines }: SiftedRegion,
  visits: Iterable<SiftedVisit>,
): Places => {
  const points: Point[] = [];
  const pointAt = new Map<string, number>();
  const places: Place[] = [];
  const placeAt = new Map<string, number>();
  const placeOf = (key: string, name: string, location: Location, setUp: Partial<Place> = {}): number => {
    const known = placeAt.get(key);
    if (known !== undefined) return known;
    const { latitude, longitude } = location;
    const pointKey = `${name} ${latitude} ${longitude}`;
    const point = pointAt.get(pointKey) ?? points.push({ name, location }) - 1;
    pointAt.set(pointKey, point);
    places.push({ point, site: undefined, siteSetUpMin: 0, machineSetUpMin: 0, ...setUp });
    placeAt.set(key, places.length - 1);
    return places.length - 1;
  };
  // A machine without a set-up of its own is where its site is.
  const keyOfVisit = ({ site, machine }: SiftedVisit): { key: string; machineSetUpMin: number } => {
    const machineSetUpMin = (machine === undefined ? undefined : machines.get(machine)?.setUpMin) ?? 0;
    return { key: machineSetUpMin > 0 ? `machine ${machine}` : `site ${site}`, machineSetUpMin };
  };
  const ofTechnician = new Map(
    [...technicians.values()].map(({ id, start, end }) => {
      const first = placeOf(`start ${id}`, id, start);
      return [id, { start: first, end: end ? placeOf(`end ${id}`, `${id}/end`, end) : first }] as const;
    }),
  );
  const ofDepot = new Map(
    [...depots.values()].map(({ id, location }) => [id, placeOf(`depot ${id}`, id, location)] as const),
  );
  for (const visit of visits) {
    const site = sites.get(visit.site);
    const { key, machineSetUpMin } = keyOfVisit(visit);
    if (site)
      placeOf(key, site.id, site.location, { site: site.id, siteSetUpMin: site.setUpMin ?? 0, machineSetUpMin });
  }
  return { points, places, ofTechnician, ofDepot, ofVisit: (visit) => placeAt.get(keyOfVisit(visit).key) ?? -1 };
};

/** What of `travelTime` is set-up and not the way. */
export const setUpTable = (
  { places }: Places,
  { size, minutes }: TravelTable,
  travelTime: Float64Array,
): Float64Array => {
  const point = Int32Array.from(places, (place) => place.point);
  const setUp = new Float64Array(travelTime.length);
  for (const [a, from] of point.entries())
    for (const [b, to] of point.entries()) {
      const way = a * point.length + b;
      if (a !== b) setUp[way] = (travelTime[way] as number) - (minutes[from * size + to] as number);
    }
  return setUp;
};

/** Time on the way from place to place and for setting up at its end, and km: row by row. */
export const placeTable = (
  { places }: Places,
  { size, minutes, km }: TravelTable,
): { readonly travelTime: Float64Array; readonly distance: Float64Array } => {
  const count = places.length;
  const travelTime = new Float64Array(count * count);
  const distance = new Float64Array(count * count);
  // Flat columns: a region of 5,000 places has 25 million ways.
  const point = Int32Array.from(places, (place) => place.point);
  const siteNumbers = new Map<string | undefined, number>([[undefined, -1]]);
  const site = Int32Array.from(places, (place) => {
    if (!siteNumbers.has(place.site)) siteNumbers.set(place.site, siteNumbers.size);
    return siteNumbers.get(place.site) ?? -1;
  });
  const siteSetUp = Float64Array.from(places, (place) => place.siteSetUpMin);
  const machineSetUp = Float64Array.from(places, (place) => place.machineSetUpMin);
  for (let a = 0; a < count; a++) {
    const row = (point[a] as number) * size;
    for (let b = 0; b < count; b++) {
      if (a === b) continue;
      const way = row + (point[b] as number);
      const arriving = site[a] === site[b] ? 0 : (siteSetUp[b] as number);
      travelTime[a * count + b] = (minutes[way] as number) + arriving + (machineSetUp[b] as number);
      distance[a * count + b] = km[way] as number;
    }
  }
  return { travelTime, distance };
};
