import { expect, it } from 'vitest';
import type { Point } from './travel-table.ts';
import { WayMemory } from './way-memory.ts';

const point = (latitude: number): Point => ({ name: `p${latitude}`, location: { latitude, longitude: 24 } });
const emptyTable = (size: number) => ({ size, minutes: new Float64Array(size ** 2), km: new Float64Array(size ** 2) });
/** From latitude to latitude: ten times the first and the second. */
const waysOf = (points: readonly Point[]) => {
  const minutes = Float64Array.from(
    points.flatMap((from) =>
      points.map((to) => (from === to ? 0 : 10 * from.location.latitude + to.location.latitude)),
    ),
  );
  return { minutes, km: minutes };
};
const [a, b, c] = [point(1), point(2), point(3)];

it('asks for nothing that it was told, in whatever order it is asked', () => {
  const memory = new WayMemory(4);
  expect([...memory.recall([a, b], emptyTable(2))]).toEqual([0, 1]);
  memory.learn([a, b], [a, b], waysOf([a, b]));
  const table = emptyTable(2);
  expect([...memory.recall([b, a], table)]).toEqual([]);
  expect([...table.minutes]).toEqual([0, 21, 12, 0]);
});

it('asks for a place that is new only', () => {
  const memory = new WayMemory(4);
  memory.learn([a, b], [a, b], waysOf([a, b]));
  const table = emptyTable(3);
  expect([...memory.recall([c, a, b], table)]).toEqual([0]);
  expect([...table.km]).toEqual([0, 0, 0, 0, 0, 12, 0, 21, 0]);
});

it('asks again where it was told one direction only', () => {
  const memory = new WayMemory(4);
  memory.learn([a], [b], { minutes: Float64Array.of(12), km: Float64Array.of(12) });
  expect(memory.recall([a, b], emptyTable(2)).size).toBe(1);
});

it('forgets the place that it was told of longest ago, with all its ways, when it is full', () => {
  const memory = new WayMemory(2);
  memory.learn([a, b], [a, b], waysOf([a, b]));
  memory.learn([b, c], [b, c], waysOf([b, c]));
  expect(memory.recall([b, c], emptyTable(2)).size).toBe(0);
  const table = emptyTable(2);
  expect(memory.recall([a, c], table).size).toBe(1);
  expect([...table.minutes]).toEqual([0, 0, 0, 0]);
});
