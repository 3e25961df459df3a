import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type SimProcess, startSim } from './sim-process.ts';

const { skip, title } = needs('pymodbus', 'the simulator read by pymodbus');
const startMs = Date.UTC(2026, 2, 3);

/** Reads one block of each unit, then a wrong one, and prints what came as JSON. */
const script = `
import json, sys
from pymodbus.client import ModbusTcpClient
from pymodbus.framer.rtu_framer import ModbusRtuFramer
tcp = ModbusTcpClient('127.0.0.1', port=int(sys.argv[1]))
bus = ModbusTcpClient('127.0.0.1', port=int(sys.argv[2]), framer=ModbusRtuFramer)
assert tcp.connect() and bus.connect()
print(json.dumps({
  'pump': tcp.read_input_registers(0, 15, slave=1).registers,
  'refused': tcp.read_input_registers(500, 2, slave=1).exception_code,
  'runs': tcp.read_discrete_inputs(0, 1, slave=1).bits[0],
  'conveyors': [bus.read_holding_registers(0, 22, slave=unit).registers for unit in (1, 2)],
}))
tcp.close()
bus.close()
`;

describe.skipIf(skip)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kuluma-pymodbus-'));
  const served = join(folder, 'served.jsonl');
  let sim: SimProcess;

  beforeAll(async () => {
    const plant = join(folder, 'plant.yaml');
    writeFileSync(
      plant,
      `seed: 5
served: ${served}
links:
  - { name: tcp, kind: modbus-tcp, port: 0 }
  - { name: bus, kind: modbus-rtu-over-tcp, port: 0 }
machines:
  - { key: pump-1, type: centrifugal-pump, link: tcp, unit: 1, startMs: ${startMs} }
  - { key: conveyor-1, type: gearbox-conveyor, link: bus, unit: 1, startMs: ${startMs} }
  - { key: conveyor-2, type: gearbox-conveyor, link: bus, unit: 2, startMs: ${startMs} }
`,
    );
    sim = await startSim('run', '--plant', plant);
  });
  afterAll(async () => {
    await sim.stop();
    rmSync(folder, { recursive: true });
  });

  it('gives over TCP and over RTU what the served log says', async () => {
    const ports = ['tcp', 'bus'].map((name) => String(sim.ready.links.find((l) => l.name === name)?.port));
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, ...ports]);
    const read = JSON.parse(stdout) as { pump: number[]; refused: number; runs: boolean; conveyors: number[][] };
    expect(read.refused).toBe(2);
    expect(read.runs).toBe(true);
    expect(read.conveyors.map((c) => c.length)).toEqual([22, 22]);
    await sim.stop();
    const log = readFileSync(served, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { machine: string; point: string; value: number });
    const vibration = log.find((v) => v.machine === 'pump-1' && v.point === 'driveEndVibration');
    expect(vibration?.value).toBe((read.pump[0] ?? 0) * 0.01);
    expect(new Set(log.map((v) => v.machine))).toEqual(new Set(['pump-1', 'conveyor-1', 'conveyor-2']));
  });
});
