import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbus from 'modbus-serial';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checksum } from './links/line-device.ts';
import type { ServedValue } from './links/served-log.ts';
import { machineTypes } from './machines/index.ts';
import type { RegisterType } from './machines/machine-type.ts';
import { profileOf } from './machines/profile.ts';
import type { Plant } from './plant.ts';
import { type RunningPlant, runPlant } from './run-plant.ts';

/** A Tuesday noon in Finland, when all shifts work. */
const startMs = Date.UTC(2026, 2, 3, 10);
const folder = mkdtempSync(join(tmpdir(), 'kuluma-sim-'));
const served = join(folder, 'served.jsonl');
let nowMs = startMs;
const clock = { rate: 1, now: () => nowMs };

const listening = { host: '127.0.0.1', port: 0 };
const installedMs = startMs - 30 * 86_400_000;
const during = (hour: number) => ({ fromMs: startMs + hour * 3_600_000, toMs: startMs + (hour + 1) * 3_600_000 });
const plant: Plant = {
  seed: 1,
  served,
  links: [
    { name: 'tcp', kind: 'modbus-tcp', ...listening, replyDelayMs: 0 },
    { name: 'bus', kind: 'modbus-rtu-over-tcp', ...listening, baudRate: 19_200, replyDelayMs: 0, paced: false },
    { name: 'line', kind: 'serial-line', ...listening, intervalMs: 10 },
  ],
  machines: [
    { key: 'pump', type: 'centrifugal-pump', link: 'tcp', unit: 1, startMs: installedMs },
    { key: 'compressor', type: 'screw-compressor', link: 'tcp', unit: 2, startMs: installedMs },
    { key: 'conveyor', type: 'gearbox-conveyor', link: 'bus', unit: 1, startMs: installedMs },
    { key: 'conveyor-2', type: 'gearbox-conveyor', link: 'bus', unit: 2, startMs: installedMs },
    { key: 'spindle', type: 'cnc-spindle', link: 'line', startMs: installedMs },
  ],
  faults: [
    { kind: 'dead-unit', machine: 'pump', ...during(1) },
    { kind: 'device-failure', machine: 'pump', ...during(2) },
    { kind: 'frozen-sensor', machine: 'pump', point: 'flow', ...during(3) },
    { kind: 'link-drop', link: 'tcp', ...during(4) },
  ],
};

const readers: Record<RegisterType, (bytes: Buffer, at: number) => number> = {
  int16: (bytes, at) => bytes.readInt16BE(at),
  uint16: (bytes, at) => bytes.readUInt16BE(at),
  int32: (bytes, at) => bytes.readInt32BE(at),
  uint32: (bytes, at) => bytes.readUInt32BE(at),
  float32: (bytes, at) => bytes.readFloatBE(at),
  float64: (bytes, at) => bytes.readDoubleBE(at),
};

/** A master's view of a whole block, most significant word first: value = raw * scale + offset. */
const decode = (type: keyof typeof machineTypes, bytes: Buffer): Record<string, number> => {
  const { points } = profileOf(machineTypes[type]);
  const first = points[0]?.address ?? 0;
  return Object.fromEntries(
    points.map((p) => [p.name, readers[p.type](bytes, 2 * (p.address - first)) * p.scale + p.offset]),
  );
};

describe('a running plant', () => {
  let running: RunningPlant;
  const clients: InstanceType<typeof modbus.default>[] = [];
  const portOf = (name: string) => running.links.find((l) => l.name === name)?.port ?? 0;
  const connect = async (link: string, unit: number, how: 'connectTCP' | 'connectTelnet' = 'connectTCP') => {
    const client = new modbus.default();
    clients.push(client);
    await client[how]('127.0.0.1', { port: portOf(link) });
    client.setID(unit);
    client.setTimeout(1000);
    return client;
  };

  beforeAll(async () => {
    running = await runPlant(plant, clock);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close(() => {});
    nowMs = startMs;
  });
  afterAll(async () => {
    await running.stop();
    rmSync(folder, { recursive: true });
  });

  it('answers several units on one TCP port, each value of one instant', async () => {
    const client = await connect('tcp', 1);
    const pump = decode('centrifugal-pump', (await client.readInputRegisters(0, 15)).buffer);
    expect(decode('centrifugal-pump', (await client.readInputRegisters(0, 15)).buffer)).toEqual(pump);
    expect(pump['speed']).toBeGreaterThan(2900);
    expect(pump['runHours']).toBe(720);
    client.setID(2);
    const compressor = decode('screw-compressor', (await client.readHoldingRegisters(100, 26)).buffer);
    expect(compressor['linePressure']).toBeGreaterThan(6);
    expect(compressor['motorPower']).toBeLessThan(90);
  });

  it('answers several units on one RTU bus, words swapped as the profile says', async () => {
    const client = await connect('bus', 1, 'connectTelnet');
    const first = await client.readHoldingRegisters(0, 22);
    client.setID(2);
    const second = await client.readHoldingRegisters(0, 22);
    expect(second.data).not.toEqual(first.data);
    for (const reply of [first, second]) {
      const swapped = (reply.data[1] ?? 0) * 65_536 + (reply.data[0] ?? 0);
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, swapped);
      expect(view.getFloat32(0)).toBeGreaterThan(1);
      expect(view.getFloat32(0)).toBeLessThan(12);
    }
  });

  it('refuses registers that it does not have and functions that it does not know', async () => {
    const client = await connect('tcp', 1);
    await expect(client.readInputRegisters(10, 10)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.readHoldingRegisters(0, 1)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.writeRegister(0, 1)).rejects.toMatchObject({ modbusCode: 2 });
    await expect(client.maskWriteRegister(0, 1, 1)).rejects.toMatchObject({ modbusCode: 1 });
  });

  it('tells that the machine runs, and takes the service reset of a component', async () => {
    const client = await connect('tcp', 1);
    expect((await client.readDiscreteInputs(0, 1)).data[0]).toBe(true);
    await expect(client.writeCoil(1, true)).resolves.toMatchObject({ state: true });
    await expect(client.writeCoil(3, true)).rejects.toMatchObject({ modbusCode: 2 });
  });

  it('lets a dead unit be silent, a failing one refuse, and the others go on', async () => {
    const client = await connect('tcp', 1);
    nowMs = startMs + 3_600_000;
    await expect(client.readInputRegisters(0, 15)).rejects.toThrow(/[Tt]imed out/);
    client.setID(2);
    await expect(client.readHoldingRegisters(100, 2)).resolves.toBeDefined();
    client.setID(1);
    nowMs = startMs + 2 * 3_600_000;
    await expect(client.readInputRegisters(0, 15)).rejects.toMatchObject({ modbusCode: 4 });
  });

  it('repeats the value of a frozen sensor while the others move', async () => {
    const client = await connect('tcp', 1);
    const flows = new Set<number>();
    const speeds = new Set<number>();
    for (const minute of [0, 10, 20, 30]) {
      nowMs = startMs + 3 * 3_600_000 + minute * 60_000;
      const pump = decode('centrifugal-pump', (await client.readInputRegisters(0, 15)).buffer);
      flows.add(pump['flow'] ?? 0);
      speeds.add(pump['speed'] ?? 0);
    }
    expect(flows.size).toBe(1);
    expect(speeds.size).toBeGreaterThan(1);
  });

  it('ends connections when the link drops and takes new ones when it is back', async () => {
    const socket = createConnection(portOf('tcp'), '127.0.0.1');
    await once(socket, 'connect');
    nowMs = startMs + 4 * 3_600_000;
    await once(socket, 'close');
    nowMs = startMs + 5 * 3_600_000;
    const client = await connect('tcp', 2);
    await expect(client.readHoldingRegisters(100, 2)).resolves.toBeDefined();
  });

  it('sends checked lines to whoever listens', async () => {
    const socket = createConnection(portOf('line'), '127.0.0.1');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const [, body = '', sum] = /^\$(.*)\*([0-9A-F]{2})\r\n/.exec(chunk.toString('latin1')) ?? [];
    expect(sum).toBe(checksum(body));
    const [tag, ...fields] = body.split(',');
    expect(tag).toBe('KUL');
    expect(fields).toHaveLength(machineTypes['cnc-spindle'].points.length);
    expect(Number(fields[10])).toBeGreaterThan(6000);
  });

  it('logs what it served, value by value as a master decodes it, whole points only', async () => {
    await running.stop();
    rmSync(served);
    running = await runPlant(plant, clock);
    const client = await connect('tcp', 2);
    const compressor = decode('screw-compressor', (await client.readHoldingRegisters(100, 26)).buffer);
    await client.readHoldingRegisters(101, 4);
    client.setID(1);
    const pump = decode('centrifugal-pump', (await client.readInputRegisters(0, 15)).buffer);
    await running.stop();
    const lines = readFileSync(served, 'utf8').trim().split('\n');
    const log = lines.map((line) => JSON.parse(line) as ServedValue);
    const asLog = (machine: string, values: Record<string, number>) =>
      Object.entries(values).map(([point, value]) => ({ machine, point, value }));
    const all = asLog('compressor', compressor);
    expect(log).toEqual([...all, ...all.slice(1, 2), ...asLog('pump', pump)]);
    running = await runPlant(plant, clock);
  });
});
