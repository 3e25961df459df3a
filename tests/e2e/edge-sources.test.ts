import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModbusPoint, ModbusProfile } from '@kuluma/edge/core/profile.ts';
import type { Scan, Source } from '@kuluma/edge/ports.ts';
import { sources } from '@kuluma/edge/sources/index.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs } from '../services.ts';
import { until } from './edge-harness.ts';

const children: ChildProcess[] = [];
const run = (command: string, ...args: string[]): ChildProcess => {
  const child = spawn(command, args, { stdio: 'ignore' });
  children.push(child);
  return child;
};

const point = (name: string, over: Partial<ModbusPoint>): ModbusPoint => ({
  name,
  unit: '1',
  scale: 1,
  offset: 0,
  role: 'sensor',
  function: 'holding',
  address: 0,
  wordOrder: 'big',
  byteOrder: 'big',
  ...over,
});
const profile: ModbusProfile = {
  profile: 'contract',
  points: [
    point('near', { address: 12, type: 'uint16' }),
    point('wide', { address: 14, type: 'uint32', scale: 0.5, offset: 1 }),
    point('swapped', { address: 14, type: 'uint32', wordOrder: 'little' }),
    point('far', { address: 250, type: 'uint16' }),
    point('input', { function: 'input', address: 5, type: 'int16' }),
    point('coil', { function: 'coil', address: 9 }),
    point('discrete', { function: 'discrete', address: 9 }),
  ],
};
const beyond: ModbusProfile = { profile: 'beyond', points: [point('none', { address: 5000, type: 'uint16' })] };
const deviceOf = (source: Source, unit: number, p: ModbusProfile = profile) =>
  source.device({ name: `unit ${unit}`, unit, profile: p, wanted: new Set(p.points.map((x) => x.name)) });
const valuesIn = (scan: Scan) => Object.fromEntries(scan.readings.flatMap((r) => r.values));

const service = {
  'modbus-tcp': needs('pymodbus', 'modbus-tcp against pymodbus'),
  'modbus-udp': needs('pymodbus', 'modbus-udp against pymodbus'),
  'modbus-rtu-over-tcp': needs('pymodbus', 'modbus-rtu-over-tcp against pymodbus'),
  'modbus-rtu': needs('socat', needs('pymodbus', 'modbus-rtu against pymodbus over a pty pair').title),
};

describe.each(Object.entries(service))('%s', (kind, { skip, title }) => {
  describe.skipIf(skip || needs('pymodbus', title).skip)(title, () => {
    let source: Source;
    let dir = '';

    const startServer = async (): Promise<Record<string, unknown>> => {
      const script = join(import.meta.dirname, 'edge-modbus-server.py');
      if (kind !== 'modbus-rtu') {
        const port = await freePort();
        run('/usr/bin/python3', script, kind, String(port));
        return { kind, host: '127.0.0.1', port, timeoutMs: 500 };
      }
      const [ours, theirs] = [join(dir, 'edge'), join(dir, 'device')];
      run('/usr/bin/socat', `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`);
      await until('the pty pair is there', () => existsSync(ours) && existsSync(theirs));
      run('/usr/bin/python3', script, kind, theirs);
      return { kind, path: ours, baudRate: 115_200, parity: 'none', timeoutMs: 500 };
    };

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'kuluma-source-'));
      const config = await startServer();
      const definition = await sources[kind]?.();
      if (!definition) throw new Error(`no source ${kind}`);
      source = definition.open(config, { clock: { now: () => 123_456, rate: 1 }, timer: wallTimer });
      const device = deviceOf(source, 7);
      await until('the server answers', async () => (await device.scan()).failure === undefined);
    });
    afterAll(async () => {
      await source.close();
      for (const child of children.splice(0)) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      await rm(dir, { recursive: true });
    });

    it('reads registers of all functions with the time of the reply', async () => {
      const scan = await deviceOf(source, 7).scan();
      expect(scan.failure).toBeUndefined();
      expect(valuesIn(scan)).toEqual({
        near: 12,
        wide: (14 * 65_536 + 15) / 2 + 1,
        swapped: 15 * 65_536 + 14,
        far: 250,
        input: 1005,
        coil: 1,
        discrete: 0,
      });
      expect(scan.readings.every((r) => r.sampledAtMs === 123_456)).toBe(true);
    });

    it('reads several units one after another, whoever asks first', async () => {
      const scans = await Promise.all([7, 9, 7].map((unit) => deviceOf(source, unit).scan()));
      expect(scans.map((scan) => [scan.failure, valuesIn(scan)['far']])).toEqual(Array(3).fill([undefined, 250]));
    });

    it('says which registers a device refuses', async () => {
      const scan = await deviceOf(source, 7, beyond).scan();
      expect(scan.readings).toEqual([]);
      expect(scan.failure).toMatchObject({ code: 'REPLY_MISMATCH', message: expect.stringContaining('5000') });
    });

    it('gives no values for a unit that is not there, and goes on with the others', async () => {
      const scan = await deviceOf(source, 8).scan();
      expect(scan.readings).toEqual([]);
      expect(scan.failure).toBeDefined();
      expect(valuesIn(await deviceOf(source, 9).scan())['near']).toBe(12);
    });
  });
});
