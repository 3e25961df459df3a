import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { devicesToProve, probationMsOf, silentOf } from './probation.ts';

const random = seededRandom(1);
const [a, b, c] = [0, 1, 2].map(() => newId('measurementPoint', random));
const device = (name: string, pointIds: (typeof a)[], scanMs = 1000) => ({
  name,
  pointIds: pointIds.filter((id) => id !== undefined),
  scanMs,
});

it('expects of a device what its points gave before, under whatever name', () => {
  const before = [device('pump', [a, b]), device('fan', [c])];
  const next = [device('pump 1', [b]), device('fan', [c]), device('new', [])];
  const names = (wasWell: string[]) => devicesToProve(next, before, new Set(wasWell)).map(({ name }) => name);
  expect(names(['pump', 'fan'])).toEqual(['pump 1', 'fan']);
  expect(names(['pump'])).toEqual(['pump 1']);
  expect(names([])).toEqual([]);
});

it('names the devices of which no point gave anything', () => {
  const toProve = [device('pump', [a, b]), device('fan', [c])];
  const given = (...ids: (typeof a)[]) => silentOf(toProve, new Set(device('', ids).pointIds));
  expect(given(b, c)).toEqual([]);
  expect(given(b)).toEqual(['fan']);
  expect(given()).toEqual(['pump', 'fan']);
});

it('gives the slowest device three scans, in wall time', () => {
  const devices = [device('fast', [a], 100), device('slow', [b], 60_000)];
  expect(probationMsOf(120_000, devices, 1)).toBe(180_000);
  expect(probationMsOf(120_000, devices, 10)).toBe(120_000);
  expect(probationMsOf(500, [], 1)).toBe(500);
});
