import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { readFleet } from './read-fleet.ts';
import { readRequests } from './read-requests.ts';

const meta = {
  format: 'kuluma-fleet/1',
  name: 'two pumps',
  timeUnit: 'h',
  points: { p1: { role: 'sensor', unit: 'bar' }, p2: { role: 'setting' } },
  targets: [{ component: 'pump' }],
};
const telemetry = 'machine,t,p1,p2\n"pump, left",1.0,2.5,\n"pump, left",2.00,2.6,7\nB,1,3,8\n';
const folders: string[] = [];

const folderOf = (files: Record<string, string | Buffer>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  folders.push(folder);
  for (const [name, content] of Object.entries({ 'fleet.json': JSON.stringify(meta), ...files }))
    writeFileSync(join(folder, name), content);
  return folder;
};
const faultsOf = async (work: Promise<unknown>): Promise<readonly Fault[]> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID' });
  return error instanceof AppError ? error.faults : [];
};

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('readFleet', () => {
  it('reads a folder, gzipped or not, and keeps the text of each time', async () => {
    const events = 'machine,t,kind,component,code\n"pump, left",2,failure,pump,F1\n';
    const plain = await readFleet(folderOf({ 'telemetry.csv': telemetry, 'events.csv': events }));
    const zipped = await readFleet(
      folderOf({ 'telemetry.csv.gz': gzipSync(telemetry), 'events.csv.gz': gzipSync(events) }),
    );
    expect(zipped).toEqual(plain);
    expect(plain.timeTexts).toEqual([['1.0', '2.00'], ['1']]);
    const [left] = plain.history.machines;
    expect(left?.machine).toBe('pump, left');
    expect(left?.columns.map((column) => [...column])).toEqual([
      [2.5, 2.6],
      [Number.NaN, 7],
    ]);
    expect(left?.events).toEqual([{ t: 2, kind: 'failure', component: 'pump', code: 'F1' }]);
  });

  it('names file, line and column of a text where a number belongs', async () => {
    const bad = telemetry.replace('2.6', 'hot').replace('B,1', 'B,noon');
    expect((await faultsOf(readFleet(folderOf({ 'telemetry.csv': bad })))).map(({ path }) => path)).toEqual([
      'telemetry.csv:3:3',
      'telemetry.csv:4:2',
    ]);
  });

  it('names a missing, an unknown and a doubled column', async () => {
    const faults = await faultsOf(readFleet(folderOf({ 'telemetry.csv': 'machine,t,p1,p9,p1\nA,1,2,3,4\n' })));
    expect(faults.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'telemetry.csv:1:5 the column "p1" stands twice',
      'telemetry.csv:1 the column "p2" is missing',
      'telemetry.csv:1:4 the column "p9" is not in fleet.json',
    ]);
  });

  it('refuses rows that do not rise in time or do not stand together', async () => {
    const rows = 'machine,t,p1,p2\nA,2,1,1\nA,1,1,1\nB,1,1,1\nA,3,1,1\n';
    expect((await faultsOf(readFleet(folderOf({ 'telemetry.csv': rows })))).map(({ path }) => path)).toEqual([
      'telemetry.csv:3:2',
      'telemetry.csv:5:1',
    ]);
  });

  it('says that a time stands twice', async () => {
    const faults = await faultsOf(
      readFleet(folderOf({ 'telemetry.csv': 'machine,t,p1,p2\nA,1,1,1\nA,2,1,1\nA,2,1,1\n' })),
    );
    expect(faults).toMatchObject([{ path: 'telemetry.csv:4:2', message: 'machine "A" has two rows at t 2' }]);
  });

  it('reads more rows than its columns began with, and no texts where none are wanted', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `A,${i},${2 * i},`);
    const files = { 'telemetry.csv': `machine,t,p1,p2\n${rows.join('\n')}\n` };
    const { history, timeTexts } = await readFleet(folderOf(files), { texts: false });
    const [machine] = history.machines;
    expect([machine?.t.length, machine?.columns[0]?.at(-1)]).toEqual([3000, 5998]);
    expect(timeTexts).toEqual([[]]);
  });

  it('ends in one sentence where there is more than memory should hold', async () => {
    const files = { 'telemetry.csv': telemetry };
    await readFleet(folderOf(files), { mostValues: 9 });
    await expect(readFleet(folderOf(files), { mostValues: 8 })).rejects.toThrow(
      'telemetry.csv holds more than 8 values, more than can be kept in memory',
    );
  });

  it('stops after twenty faults', async () => {
    const rows = `machine,t,p1,p2\n${Array.from({ length: 50 }, (_, i) => `A,${i},x,y`).join('\n')}\n`;
    expect(await faultsOf(readFleet(folderOf({ 'telemetry.csv': rows })))).toHaveLength(20);
  });

  it('names the row of an event with an unknown kind, and a short row', async () => {
    const files = {
      'telemetry.csv': telemetry,
      'events.csv': 'machine,t,kind,component,code\nB,1,explosion,pump,\nB,2\n',
    };
    expect((await faultsOf(readFleet(folderOf(files)))).map(({ path }) => path)).toEqual([
      'events.csv:2:3',
      'events.csv:3',
    ]);
  });

  it('refuses telemetry without a row, a target that stands twice, and events of machines that all are unknown', async () => {
    const pathsOf = async (files: Record<string, string>) =>
      (await faultsOf(readFleet(folderOf(files)))).map(({ path }) => path);
    expect(await pathsOf({ 'telemetry.csv': 'machine,t,p1,p2\n' })).toEqual(['telemetry.csv']);
    const twice = JSON.stringify({ ...meta, targets: [...meta.targets, ...meta.targets] });
    expect(await pathsOf({ 'fleet.json': twice })).toEqual(['fleet.json/targets/1/component']);
    const strangers = 'machine,t,kind,component,code\nb,1,failure,pump,\n';
    expect(await pathsOf({ 'telemetry.csv': telemetry, 'events.csv': strangers })).toEqual(['events.csv:2:1']);
    const both = `${strangers}B,1,failure,pump,\n`;
    await readFleet(folderOf({ 'telemetry.csv': telemetry, 'events.csv': both }));
  });

  it('refuses a folder without telemetry, a wrong fleet.json, broken quotes and a file that is not gzip', async () => {
    await faultsOf(readFleet(folderOf({})));
    const wrong = JSON.stringify({ ...meta, timeUnit: 'fortnight' });
    expect((await faultsOf(readFleet(folderOf({ 'fleet.json': wrong }))))[0]?.path).toBe('fleet.json/timeUnit');
    await faultsOf(readFleet(folderOf({ 'fleet.json': '{' })));
    expect((await faultsOf(readFleet(folderOf({ 'telemetry.csv': 'machine,t,p1,p2\nA,1,"2,3\n' }))))[0]?.path).toMatch(
      /^telemetry\.csv:\d+/,
    );
    await expect(readFleet(folderOf({ 'telemetry.csv.gz': 'machine,t' }))).rejects.toThrow(/not a gzip file/);
  });
});

describe('readRequests', () => {
  it('serves a time between rows by the row before and repeats its text', async () => {
    const folder = folderOf({ 'telemetry.csv': telemetry, 'at.csv': 'machine,t\n"pump, left",1.50\nB,1\n' });
    expect(await readRequests(join(folder, 'at.csv'), await readFleet(folder))).toEqual([
      { machine: 0, row: 0, t: '1.50' },
      { machine: 1, row: 0, t: '1' },
    ]);
  });

  it('says that the file of times is missing', async () => {
    const folder = folderOf({ 'telemetry.csv': telemetry });
    const faults = await faultsOf(readFleet(folder).then((fleet) => readRequests(join(folder, 'at.csv'), fleet)));
    expect(faults).toEqual([{ path: 'at.csv', message: 'the file is missing' }]);
  });

  it('refuses an unknown machine and a time before the first row', async () => {
    const folder = folderOf({ 'telemetry.csv': telemetry, 'at.csv': 'machine,t\nC,1\nB,0\nB,x\n' });
    const faults = await faultsOf(readFleet(folder).then((fleet) => readRequests(join(folder, 'at.csv'), fleet)));
    expect(faults.map(({ path }) => path)).toEqual(['at.csv:2:1', 'at.csv:3:2', 'at.csv:4:2']);
  });
});
