import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Summary {
  readonly samples: { read: number; stored: number; lost: number; doubled: number };
  readonly forecasts: number;
  readonly visit: { machine: string; owner: string; technician: string; arrivalFromAt: string; grossCents: number };
  readonly stageSeconds: Record<string, number>;
}

describe('kuluma demo --once', () => {
  let summary: Summary;

  beforeAll(() => {
    const out = execFileSync('node_modules/.bin/kuluma', ['demo', '--once', '--json'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 220_000,
    });
    summary = JSON.parse(out) as Summary;
  }, 240_000);

  it('stores every sample that the simulator served, once', () => {
    expect(summary.samples.read).toBeGreaterThan(1000);
    expect(summary.samples).toMatchObject({ stored: summary.samples.read, lost: 0, doubled: 0 });
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
