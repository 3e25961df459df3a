import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@kuluma/shared/errors.ts';
import modbus from 'modbus-serial';
import { afterAll, describe, expect, it } from 'vitest';
import { csvRows } from './csv.ts';
import { readFleet } from './read-fleet.ts';
import { replayFleet } from './replay-fleet.ts';
import { ReplayUnit } from './replay-unit.ts';
import { replayProfile, rowLayout } from './row-layout.ts';

const fd001 = fileURLToPath(new URL('../recordings/cmapss-fd001/test', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kuluma-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const writeFleet = (telemetry: string, name = 'small'): string => {
  const dir = join(folder, name);
  const points = { a: { role: 'sensor', unit: 'bar' }, b: { role: 'setting' } };
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, 'fleet.json'),
    JSON.stringify({ format: 'kuluma-fleet/1', name, timeUnit: 'h', points, targets: [] }),
  );
  writeFileSync(join(dir, 'telemetry.csv'), telemetry);
  return dir;
};

/** Rows as a master takes them: both counters agree and differ from the last row's. */
const readRows = async (
  client: InstanceType<typeof modbus.default>,
  points: number,
  rows: number,
  afterRead: () => void,
) => {
  const taken: number[][] = [];
  let last = 0;
  while (taken.length < rows) {
    const { buffer } = await client.readHoldingRegisters(0, 4 + 4 * points);
    const before = buffer.readUInt32BE(0);
    if (before === buffer.readUInt32BE(buffer.length - 4) && before !== last) {
      last = before;
      taken.push(Array.from({ length: points }, (_, i) => buffer.readDoubleBE(4 + 8 * i)));
    }
    afterRead();
  }
  return taken;
};

describe('a replayed recording', () => {
  it('gives a Modbus master what the file says, row for row', async () => {
    const recording = readFleet(fd001, ['3', '20']);
    let nowMs = 0;
    const served = join(folder, 'served.jsonl');
    const replay = await replayFleet(recording, {
      clock: { rate: 1, now: () => nowMs },
      cycleLengthMs: 3_600_000,
      link: 'tcp://127.0.0.1:0',
      baudRate: 19_200,
      served,
    });
    expect(replay.units).toEqual([
      { machine: '3', unit: 1, rows: 126 },
      { machine: '20', unit: 2, rows: 184 },
    ]);
    const client = new modbus.default();
    await client.connectTCP('127.0.0.1', { port: replay.link.port ?? 0 });
    client.setTimeout(2000);
    for (const [i, machine] of recording.machines.entries()) {
      client.setID(i + 1);
      const rows = await readRows(client, recording.points.length, machine.rows.length, () => {
        nowMs += 1_800_000;
      });
      expect(rows).toEqual(machine.rows);
    }
    await replay.done;
    client.close(() => {});
    await replay.stop();
    const values = readFileSync(served, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { value: number }).value);
    expect(values).toEqual(recording.machines.flatMap((m) => m.rows.flat()));
  });

  it('shows the next row no sooner than a cycle later and after the whole row was read', () => {
    let nowMs = 0;
    let rowsRead = 0;
    const machine = { key: 'm', rows: [[1], [2], [3]] };
    const unit = new ReplayUnit(machine, {
      clock: { rate: 1, now: () => nowMs },
      cycleLengthMs: 10,
      onRowRead: () => rowsRead++,
    });
    const read = (address: number, count: number) => {
      const reply = unit.readRegisters('holding', address, count);
      reply.onSent?.();
      return reply.words[1];
    };
    nowMs = 100;
    expect([read(0, 4), read(0, 8), rowsRead]).toEqual([1, 1, 1]);
    nowMs = 105;
    expect(read(0, 8)).toBe(2);
    expect([read(0, 8), rowsRead]).toEqual([2, 2]);
    nowMs = 114;
    expect(read(0, 8)).toBe(2);
    nowMs = 115;
    expect([read(0, 8), unit.isDone]).toEqual([3, true]);
    nowMs = 200;
    expect([read(0, 8), rowsRead]).toEqual([3, 3]);
  });

  it('does not take a row as read when the reply never left', () => {
    const machine = { key: 'm', rows: [[1], [2]] };
    const unit = new ReplayUnit(machine, { clock: { rate: 1, now: () => 99 }, cycleLengthMs: 0, onRowRead() {} });
    unit.readRegisters('holding', 0, 8);
    expect(unit.readRegisters('holding', 0, 8).words[1]).toBe(1);
  });

  it('has a profile that guards its rows', () => {
    const recording = readFleet(fd001, ['3']);
    const profile = replayProfile(recording);
    expect(profile.profile).toBe('replay-nasa-c-mapss-fd001');
    expect(profile.rowGuard).toEqual({ before: 0, after: 102, type: 'uint32', function: 'holding' });
    expect(profile.points[0]).toMatchObject({ name: 'cycle', role: 'usage', type: 'float64', address: 2 });
    expect(rowLayout(recording.points).registers).toBeLessThanOrEqual(125);
  });

  it('is refused by file, line and column when a value is no number', () => {
    const dir = writeFleet('machine,t,a,b\nm,0,1,2\nm,1,,x\n');
    expect(() => readFleet(dir)).toThrow(AppError);
    try {
      readFleet(dir);
    } catch (error) {
      expect((error as AppError).faults[0]?.path).toMatch(/telemetry\.csv:3:b$/);
    }
  });

  it.each([
    ['a row is short', 'm,0,1,2\nm,1,1\n', /telemetry\.csv:3$/],
    ['t does not rise', 'm,1,1,2\nm,0,1,2\n', /telemetry\.csv:3:t$/],
  ])('is refused by its place when %s', (_, rows, path) => {
    const dir = writeFleet(`machine,t,a,b\n${rows}`, 'broken');
    expect(() => readFleet(dir)).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ path: expect.stringMatching(path) })] }),
    );
  });

  it('takes a blank field as not measured', () => {
    expect(readFleet(writeFleet('machine,t,a,b\nm,0, ,1\n', 'blank')).machines[0]?.rows).toEqual([[0, Number.NaN, 1]]);
  });

  it('keeps what was not measured apart from zero', () => {
    const dir = writeFleet('machine,t,a,b\n"m,1",0,,0\n', 'gaps');
    expect(readFleet(dir).machines).toEqual([{ key: 'm,1', rows: [[0, Number.NaN, 0]] }]);
    expect(() => readFleet(dir, ['other'])).toThrow(/no machine "other"/);
  });

  it('reads quoted fields over lines', () => {
    expect(csvRows('a,"b ""c"", d"\r\n"x\ny",,z\n\nq\n')).toEqual([
      { line: 1, fields: ['a', 'b "c", d'] },
      { line: 3, fields: ['x\ny', '', 'z'] },
      { line: 5, fields: ['q'] },
    ]);
  });
});
