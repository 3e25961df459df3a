import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@kuluma/shared/errors.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPlant, specOf } from './plant.ts';

const folder = mkdtempSync(join(tmpdir(), 'kuluma-plant-'));
const load = (yaml: string) => {
  const file = join(folder, 'plant.yaml');
  writeFileSync(file, yaml);
  return loadPlant(file);
};
const faultsOf = (yaml: string): readonly string[] => {
  try {
    load(yaml);
  } catch (error) {
    if (error instanceof AppError) return error.faults.map((f) => f.path);
    throw error;
  }
  return [];
};

describe('a plant file', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read with its defaults', () => {
    const plant = loadPlant(fileURLToPath(new URL('./reference-plant.yaml', import.meta.url)));
    expect(plant.machines.length).toBeGreaterThanOrEqual(4);
    expect(plant.faults).toEqual([]);
    expect(plant.links[0]).toMatchObject({ kind: 'modbus-tcp', host: '127.0.0.1', replyDelayMs: 0 });
  });

  it('gives each machine a seed of its own that stays the same', () => {
    const plant = loadPlant(fileURLToPath(new URL('./reference-plant.yaml', import.meta.url)));
    const seeds = plant.machines.map((m) => specOf(plant, m).seed);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(plant.machines.map((m) => specOf(plant, m).seed)).toEqual(seeds);
  });

  it('is refused with all that is wrong in its references', () => {
    const paths = faultsOf(`
seed: 1
links:
  - { name: a, kind: modbus-tcp, port: 0 }
  - { name: b, kind: serial-line, port: 0 }
machines:
  - { key: p, type: centrifugal-pump, link: a, startMs: 0, wear: { belt-slip: {} } }
  - { key: p, type: cnc-spindle, link: c, unit: 1, startMs: 0 }
faults:
  - { kind: spike, machine: p, point: none, add: 1, fromMs: 0, toMs: 1 }
  - { kind: dead-unit, machine: q, fromMs: 0, toMs: 1 }
  - { kind: link-drop, link: z, fromMs: 0, toMs: 1 }
`);
    expect([...paths].sort()).toEqual(
      [
        '/machines',
        '/links/1',
        '/machines/0/unit',
        '/machines/0/wear/belt-slip',
        '/machines/1/link',
        '/faults/0/point',
        '/faults/1/machine',
        '/faults/2/link',
      ].sort(),
    );
  });

  it('is refused for keys and types that it does not know', () => {
    const yaml = 'seed: x\nextra: 1\nlinks: [{ name: a, kind: modbus-tcp, port: 0 }]\nmachines: []\n';
    expect(faultsOf(yaml).length).toBeGreaterThanOrEqual(3);
  });
});
