import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadCloudConfig } from './config.ts';
import { haversineTable, type Point } from './core/planning/region/travel-table.ts';
import { plannedTravelOf } from './road-travel.ts';

let server: Server;
let url = '';
let asked: { sources: number; destinations: number }[] = [];
/** What the server does: it drives ten km in 20 minutes anywhere but to latitude 70, or is out of order. */
let isUp = true;

const answer = (path: string): object => {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const places = (pathname.split('/')[4] ?? '').split(';').map((pair) => Number(pair.split(',')[1]));
  const list = (name: string) => (searchParams.get(name) ?? '').split(';').map((n) => places[Number(n)] ?? 0);
  const [sources, destinations] = [list('sources'), list('destinations')];
  asked.push({ sources: sources.length, destinations: destinations.length });
  const rows = (value: number) =>
    sources.map((from) => destinations.map((to) => (from === to ? 0 : to === 70 ? null : value)));
  return { code: 'Ok', durations: rows(1200), distances: rows(10_000) };
};

beforeEach(async () => {
  [asked, isUp] = [[], true];
  server = createServer((request, response) => {
    const body = isUp ? JSON.stringify(answer(request.url ?? '')) : '<h1>Bad gateway</h1>';
    response.writeHead(isUp ? 200 : 502).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/table/v1/driving`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const opened = () => {
  const time = { nowMs: 0 };
  const log = { warn: vi.fn() };
  const config = loadCloudConfig({ overrides: { travel: { kind: 'osrm', url } } });
  return { ...plannedTravelOf(config, log as unknown as Logger, () => time.nowMs), log, time };
};
const point = (latitude: number, name = 'p'): Point => ({ name, location: { latitude, longitude: 24 } });
const guess = (...points: Point[]) => [...haversineTable(points).minutes];

it('takes ways by road, asks for each once, and for a new place alone', async () => {
  const { travel, guessed } = opened();
  const { minutes, km } = await travel([point(60), point(61), point(60, 'the same')]);
  expect([...minutes]).toEqual([0, 20, 0, 20, 0, 20, 0, 20, 0]);
  expect(km[1]).toBe(10);
  await travel([point(61), point(60)]);
  expect(asked).toEqual([{ sources: 2, destinations: 2 }]);
  await travel([point(62), point(61), point(60)]);
  expect(asked.slice(1)).toEqual([
    { sources: 1, destinations: 3 },
    { sources: 2, destinations: 1 },
  ]);
  expect(guessed().every(({ ways }) => ways === 0)).toBe(true);
});

it('guesses where there is no road, once, and says so', async () => {
  const { travel, guessed, log } = opened();
  const points = [point(60), point(70)];
  for (const _ of [1, 2]) expect([...(await travel(points)).minutes]).toEqual([0, guess(...points)[1], 20, 0]);
  expect(asked.length).toBe(1);
  expect(guessed()).toContainEqual({ reason: 'noWay', ways: 1 });
  expect(log.warn).toHaveBeenCalledTimes(1);
});

it('guesses what it does not know while the server is away, tells it once a minute, and asks again then', async () => {
  const { travel, guessed, log, time } = opened();
  await travel([point(60), point(61)]);
  isUp = false;
  const points = [point(60), point(61), point(62)];
  const guesses = guess(...points);
  const mixed = [0, 20, guesses[2], 20, 0, guesses[5], guesses[6], guesses[7], 0];
  for (const _ of [1, 2]) expect([...(await travel(points)).minutes]).toEqual(mixed);
  expect(log.warn).toHaveBeenCalledTimes(1);
  expect(guessed()).toContainEqual({ reason: 'noAnswer', ways: 8 });
  isUp = true;
  expect([...(await travel(points)).minutes]).toEqual(mixed);
  time.nowMs = 60_000;
  expect([...(await travel(points)).minutes]).toEqual([0, 20, 20, 20, 0, 20, 20, 20, 0]);
});

it('asks nobody unless a server is named', async () => {
  const { travel } = plannedTravelOf(loadCloudConfig({}), { warn: vi.fn() } as unknown as Logger, () => 0);
  expect([...(await travel([point(60), point(61)])).minutes]).toEqual(guess(point(60), point(61)));
  expect(asked).toEqual([]);
});
