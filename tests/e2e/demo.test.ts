import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { listeningOf } from '../listening.ts';

const root = resolve(import.meta.dirname, '../..');

interface Summary {
  readonly samples: { read: number; stored: number; lost: number; doubled: number };
  readonly forecasts: number;
  readonly visit: { machine: string; owner: string; technician: string; arrivalFromAt: string; grossCents: number };
  readonly stageSeconds: Record<string, number>;
}

describe('kuluma demo --once', () => {
  let summary: Summary;

  /** Program and socket of all that waited for somebody while it played. */
  const waited = new Map<string, string>();

  beforeAll(async () => {
    const demo = spawn(resolve(root, 'node_modules/.bin/kuluma'), ['demo', '--once', '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 220_000,
    });
    let out = '';
    demo.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    const looking = setInterval(() => {
      for (const { program, socket } of listeningOf(demo.pid ?? 0)) waited.set(socket, program);
    }, 500);
    const [code] = (await once(demo, 'close')) as [number | null];
    clearInterval(looking);
    expect(code).toBe(0);
    summary = JSON.parse(out) as Summary;
  }, 240_000);

  it('stores every sample that the simulator served, once', () => {
    expect(summary.samples.read).toBeGreaterThan(1000);
    expect(summary.samples).toMatchObject({ stored: summary.samples.read, lost: 0, doubled: 0 });
  });

  it('waits on this machine alone: pages and broker, and the simulated machines', () => {
    const open = [...waited].filter(([socket]) => !socket.startsWith('unix '));
    expect(open.filter(([socket]) => !/^(tcp|udp) 127\.0\.0\.1:/.test(socket))).toEqual([]);
    const of = (name: RegExp) => open.filter(([, program]) => name.test(program));
    expect(of(/ demo --once/)).toHaveLength(2);
    expect(of(/kuluma-edge/)).toEqual([]);
    expect(of(/kuluma-sim/).length).toBe(open.length - 2);
  });

  it('forecasts the fleet from the start', () => {
    expect(summary.forecasts).toBeGreaterThanOrEqual(14 * 3);
  });

  it('ends with a visit that an owner accepted and a technician has on the list', () => {
    expect(summary.visit.technician).not.toBe('');
    expect(summary.visit.grossCents).toBeGreaterThan(10_000);
    expect(Date.parse(summary.visit.arrivalFromAt)).toBeGreaterThan(Date.now());
  });
});
