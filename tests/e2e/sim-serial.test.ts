import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checksum } from '@kuluma/firmware-sim/links/line-device.ts';
import { closeSerial, openSerial } from '@kuluma/firmware-sim/links/serial-path.ts';
import modbus from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, serviceAt } from '../services.ts';
import { type SimProcess, startSim } from './sim-process.ts';

const startMs = Date.UTC(2026, 2, 3);
const { skip, title } = needs('socat', 'simulated machines on serial lines');

describe.skipIf(skip)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kuluma-serial-'));
  const ptyPath = (name: string) => join(folder, name);
  const children: ChildProcess[] = [];
  let sim: SimProcess;

  const createPtyPair = async (one: string, other: string): Promise<void> => {
    const ends = [one, other].map((name) => `pty,raw,echo=0,link=${ptyPath(name)}`);
    children.push(spawn(serviceAt('socat') ?? 'socat', ends, { stdio: 'inherit' }));
    while (!existsSync(ptyPath(one)) || !existsSync(ptyPath(other))) await sleep(10);
  };

  beforeAll(async () => {
    await createPtyPair('bus-sim', 'bus-master');
    await createPtyPair('line-sim', 'line-reader');
    const plant = join(folder, 'plant.yaml');
    writeFileSync(
      plant,
      `seed: 5
clock: { epochMs: ${Date.now()}, rate: 1 }
links:
  - { name: bus, kind: modbus-rtu, path: ${ptyPath('bus-sim')}, paced: true, baudRate: 115200 }
  - { name: line, kind: serial-line, path: ${ptyPath('line-sim')}, intervalMs: 50 }
machines:
  - { key: conveyor-1, type: gearbox-conveyor, link: bus, unit: 1, startMs: ${startMs} }
  - { key: pump-1, type: centrifugal-pump, link: bus, unit: 2, startMs: ${startMs} }
  - { key: spindle-1, type: cnc-spindle, link: line, startMs: ${startMs} }
`,
    );
    sim = await startSim('run', '--plant', plant);
  });

  afterAll(async () => {
    await sim.stop();
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true });
  });

  it('answer as several units on one RTU line', async () => {
    const master = new modbus.default();
    await master.connectRTUBuffered(ptyPath('bus-master'), { baudRate: 115_200 });
    master.setTimeout(2000);
    master.setID(1);
    const conveyor = await master.readHoldingRegisters(0, 22);
    master.setID(2);
    const pump = await master.readInputRegisters(0, 15);
    await expect(master.readHoldingRegisters(0, 1)).rejects.toMatchObject({ modbusCode: 2 });
    await new Promise<void>((resolve) => master.close(() => resolve()));
    expect(conveyor.data).toHaveLength(22);
    const runHours = pump.buffer.readInt32BE(26) * 0.1;
    expect(runHours).toBeGreaterThan(24 * 100);
  });

  it('send lines on a serial port', async () => {
    const port = await openSerial(ptyPath('line-reader'), 19_200);
    let text = '';
    while (!/\$[^$]*\r\n/.test(text))
      text += await new Promise<string>((resolve) => port.once('data', (b) => resolve(String(b))));
    await closeSerial(port);
    const [, body = '', sum] = /\$([^$]*)\*(..)\r\n/.exec(text) ?? [];
    expect(sum).toBe(checksum(body));
    expect(body.split(',')).toHaveLength(15);
  });

  it('end cleanly on SIGTERM', async () => {
    expect(await sim.stop()).toBe(0);
  });
});
