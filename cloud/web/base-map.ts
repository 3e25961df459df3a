import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);

type Place = readonly [longitude: number, latitude: number];

/** Northern Europe. */
const frame = { west: 2, south: 52, east: 44, north: 72.5 };
/** Of a degree: about a kilometre, a pixel or two where the map is nearest. */
const grain = 0.01;
/** Square degrees: rocks in the sea are left out. */
const leastArea = 0.004;

/** Keeps what lies on one side of a line: one step of Sutherland and Hodgman's polygon clipping (1974). */
const clipped = (
  ring: readonly Place[],
  isInside: (place: Place) => boolean,
  cross: (a: Place, b: Place) => Place,
): Place[] =>
  ring.flatMap((place, i) => {
    const before = ring[(i + ring.length - 1) % ring.length] ?? place;
    if (isInside(place)) return isInside(before) ? [place] : [cross(before, place), place];
    return isInside(before) ? [cross(before, place)] : [];
  });

const atLongitude =
  (longitude: number) =>
  (a: Place, b: Place): Place => [longitude, a[1] + ((b[1] - a[1]) * (longitude - a[0])) / (b[0] - a[0])];
const atLatitude =
  (latitude: number) =>
  (a: Place, b: Place): Place => [a[0] + ((b[0] - a[0]) * (latitude - a[1])) / (b[1] - a[1]), latitude];

/** A ring that begins in the far east and goes on past 180 degrees lies a turn of the earth away. */
const turns = [-360, 0, 360];

/** Longitudes that go on past 180 degrees instead of leaping to the other side of the map. */
const unwrapped = (ring: readonly Place[]): Place[] => {
  let turn = 0;
  return ring.map(([x, y], i) => {
    const leap = x - (ring[i - 1]?.[0] ?? x);
    if (Math.abs(leap) > 180) turn -= 360 * Math.sign(leap);
    return [x + turn, y];
  });
};

const inFrame = (ring: readonly Place[]): Place[] => {
  const { west, south, east, north } = frame;
  const byWest = clipped(ring, ([x]) => x >= west, atLongitude(west));
  const byEast = clipped(byWest, ([x]) => x <= east, atLongitude(east));
  const bySouth = clipped(byEast, ([, y]) => y >= south, atLatitude(south));
  return clipped(bySouth, ([, y]) => y <= north, atLatitude(north));
};

/** Distance of a place from the line through two others, in degrees. */
const offLine = ([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number => {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
};

/** The line without the places that it passes within a grain of (Douglas and Peucker, 1973). */
const coarse = (line: readonly Place[]): Place[] => {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return [...line];
  let [farthest, distance] = [0, 0];
  for (const [i, place] of line.entries()) {
    const off = offLine(place, first, last);
    if (off > distance) [farthest, distance] = [i, off];
  }
  if (distance <= grain) return [first, last];
  return [...coarse(line.slice(0, farthest + 1)), ...coarse(line.slice(farthest)).slice(1)];
};

const rounded = (ring: readonly Place[]): Place[] => ring.map(([x, y]) => [Number(x.toFixed(2)), Number(y.toFixed(2))]);

const areaOf = (ring: readonly Place[]): number =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y];
      return sum + (x * nextY - nextX * y) / 2;
    }, 0),
  );

/** The land of Northern Europe as rings of [longitude, latitude], cut from Natural Earth (public domain). */
const landRings = (): Place[][] => {
  const atlas = JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json'), 'utf8')) as Parameters<
    typeof feature
  >[0];
  const countries = feature(atlas, atlas.objects['countries'] as never) as unknown as {
    features: { geometry: { type: string; coordinates: unknown } }[];
  };
  const polygons = countries.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates as Place[][]] : (geometry.coordinates as Place[][][]),
  );
  return polygons
    .flat()
    .map(unwrapped)
    .flatMap((ring) => turns.map((turn) => rounded(coarse(inFrame(ring.map(([x, y]): Place => [x + turn, y]))))))
    .filter((ring) => ring.length > 2 && areaOf(ring) >= leastArea);
};

const name = 'virtual:base-map';

/** `import { landRings, frame } from 'virtual:base-map'`: the base map without a tile server, cut when the pages are built. */
export const baseMap: Plugin = {
  name: 'base-map',
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) =>
    id === `\0${name}`
      ? `export const frame = ${JSON.stringify(frame)};\nexport const landRings = JSON.parse('${JSON.stringify(landRings())}');`
      : undefined,
};
