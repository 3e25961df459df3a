import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineTypes } from '../machines/index.ts';
import { hourMs, Machine } from '../machines/machine.ts';
import { type Plant, specOf } from '../plant.ts';
import { readFleet } from '../replay/read-fleet.ts';
import { type HistorySummary, writeHistory } from './write-history.ts';

const untilMs = Date.UTC(2026, 10, 22, 6);
const startMs = untilMs - 200 * 24 * hourMs;
const folder = mkdtempSync(join(tmpdir(), 'kuluma-history-'));
const plant: Plant = {
  seed: 3,
  links: [{ name: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port: 0, replyDelayMs: 0 }],
  machines: [{ key: 'pump', type: 'centrifugal-pump', link: 'tcp', unit: 1, startMs }],
  faults: [],
};
const linesOf = (name: string): string[][] =>
  gunzipSync(readFileSync(join(folder, 'centrifugal-pump', name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

describe('the past of a plant', () => {
  let summary: HistorySummary;
  beforeAll(async () => {
    summary = await writeHistory(plant, {
      outDir: folder,
      untilMs,
      rowHours: 6,
      lives: 6,
      types: ['centrifugal-pump'],
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a fleet history: machines apart, time rising, every field a number', () => {
    const [header = [], ...rows] = linesOf('telemetry.csv.gz');
    expect(header.slice(0, 3)).toEqual(['machine', 't', 'driveEndVibration']);
    const seen = new Set<string>();
    let [machine, lastMs] = ['', 0];
    for (const [key = '', t = '', ...values] of rows) {
      if (key !== machine) {
        expect(seen.has(key)).toBe(false);
        seen.add(key);
        [machine, lastMs] = [key, 0];
      }
      expect(Date.parse(t)).toBeGreaterThan(lastMs);
      lastMs = Date.parse(t);
      expect(values.every((v) => v !== '' && Number.isFinite(Number(v)))).toBe(true);
    }
    expect(seen.size).toBe(7);
    expect(readFleet(join(folder, 'centrifugal-pump')).machines).toHaveLength(7);
  });

  it('ends each life with a row at its failure, and the life of a past machine with an end', () => {
    const [, ...events] = linesOf('events.csv.gz');
    const rows = new Set(linesOf('telemetry.csv.gz').map(([machine, t]) => `${machine} ${t}`));
    const failures = events.filter(([, , kind]) => kind === 'failure');
    expect(failures.length).toBeGreaterThan(3);
    for (const [machine, t, , component] of failures) {
      expect(rows.has(`${machine} ${t}`)).toBe(true);
      expect(events.some((e) => e.slice(0, 4).join() === [machine, t, 'replacement', component].join())).toBe(true);
    }
    const past = new Set(events.filter(([, , kind]) => kind === 'end').map(([machine]) => machine));
    expect(past.size).toBe(6);
    expect(past.has('pump')).toBe(false);
  });

  it('goes over into the running plant without a seam', () => {
    const [config] = plant.machines;
    if (!config) throw new Error('the plant has a machine');
    const machine = new Machine(specOf(plant, config));
    machine.advanceTo(untilMs + 1234);
    expect(summary.machines[0]?.wear).toEqual(machine.wear);
    const rows = linesOf('telemetry.csv.gz').filter(([key]) => key === 'pump');
    expect(rows.at(-1)?.[1]).toBe(new Date(untilMs).toISOString());
    const { points } = machineTypes['centrifugal-pump'];
    const shown = machine.observe(untilMs + 1234);
    const recent = rows.slice(-8).map((row) => row.slice(2).map(Number));
    for (const [i, point] of points.entries()) {
      if (point.role !== 'sensor') continue;
      const mean = recent.reduce((sum, row) => sum + (row[i] ?? 0), 0) / recent.length;
      expect(Math.abs((shown[i] ?? 0) - mean) / Math.max(1, mean), point.name).toBeLessThan(0.25);
    }
  });

  it('tells when the simulation will break each machine next', () => {
    const next = summary.machines[0]?.nextFailure;
    const [config] = plant.machines;
    if (!next || !config) throw new Error('a pump breaks within 1000 days');
    const machine = new Machine(specOf(plant, config));
    machine.advanceTo(untilMs);
    const events = machine.advanceTo(untilMs + (next.inDays * 24 + 1) * hourMs);
    expect(events[0]).toMatchObject({ kind: 'failure', component: next.component });
  });

  it('is the same from the same seed', async () => {
    const before = linesOf('telemetry.csv.gz');
    await writeHistory(plant, { outDir: folder, untilMs, rowHours: 6, lives: 6, types: ['centrifugal-pump'] });
    expect(linesOf('telemetry.csv.gz')).toEqual(before);
  });
});
