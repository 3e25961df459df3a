import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@kuluma/shared/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Point } from '../core/planning/region/travel-table.ts';
import { osrmTravel } from './travel-osrm.ts';

let server: Server;
let base = '';
let asked: string[] = [];

/** Answers as OSRM documents its table service, in tenths of seconds: a degree is 100 km, driven at 60 km/h; nothing leads to latitude 90. */
const table = (path: string): { status: number; body: object } => {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const places = (pathname.split('/')[4] ?? '').split(';').map((pair) => pair.split(',').map(Number));
  if (places.length > 100) return { status: 400, body: { code: 'TooBig', message: 'Too many table coordinates' } };
  const list = (name: string) => (searchParams.get(name) ?? '').split(';').map(Number);
  const metres = list('sources').map((s) =>
    list('destinations').map((d) => {
      const [from, to] = [places[s], places[d]];
      if (!from || !to || to[1] === 90) return null;
      return 100_000 * Math.hypot((from[0] ?? 0) - (to[0] ?? 0), (from[1] ?? 0) - (to[1] ?? 0));
    }),
  );
  const seconds = metres.map((row) => row.map((value) => value && Math.round((value / 60_000) * 36_000) / 10));
  return { status: 200, body: { code: 'Ok', durations: seconds, distances: metres } };
};

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = table(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/table/v1/driving`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const point = (latitude: number, longitude: number): Point => ({ name: 'p', location: { latitude, longitude } });

describe('ways from a routing server', () => {
  it('are whole minutes and km from each point to each', async () => {
    const { size, minutes, km } = await osrmTravel(`${base}/`)([point(60, 24), point(60.1, 24), point(60, 24.155)]);
    expect(size).toBe(3);
    expect([...minutes.slice(0, 3)]).toEqual([0, 10, 16]);
    expect(km[1]).toBeCloseTo(10);
    expect(asked[0]).toContain('/24.000000,60.000000;24.000000,60.100000;');
  });

  it('are asked in blocks that a server with its usual limit takes', async () => {
    const points = Array.from({ length: 120 }, (_, i) => point(60 + i / 100, 24));
    const { minutes } = await osrmTravel(base)(points);
    expect(asked.length).toBe(9);
    expect(minutes[119]).toBe(119);
    expect(minutes[55 * 120 + 3]).toBe(52);
  });

  it('are longer than any day where there is none', async () => {
    const { minutes } = await osrmTravel(base)([point(60, 24), point(90, 24)]);
    expect(minutes[1]).toBeGreaterThan(24 * 60 * 14);
    expect(minutes[2]).toBeLessThan(24 * 60 * 14);
  });

  it('are refused with what the server says', async () => {
    const elsewhere = osrmTravel(base.replace('/driving', `/driving/${'1,1;'.repeat(200)}`));
    await expect(elsewhere([point(60, 24)])).rejects.toThrow('TooBig Too many table coordinates');
  });

  it('say so when nobody answers', async () => {
    await new Promise((resolve) => server.close(resolve));
    const error = await osrmTravel(base)([point(60, 24)]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'LINK_DOWN', retry: 'transient' });
  });
});
