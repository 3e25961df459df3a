import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forecastCommand } from '@kuluma/cloud/commands/forecast.ts';
import { syntheticFleet } from '@kuluma/cloud/core/forecast/inputs/synthetic-fleet.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { runCommand } from '@kuluma/shared/node/command.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
const at = (...names: string[]) => join(folder, ...names);

/** Writes the fleet with times as `1.0`, machines with a comma in their names. */
const writeFleet = (name: string, seed: number, machines: number): void => {
  const fleet = syntheticFleet({ machines, seed, rulCap: 40 });
  mkdirSync(at(name));
  writeFileSync(at(name, 'fleet.json'), JSON.stringify(fleet.meta));
  const rows = fleet.machines.flatMap(({ machine, t, columns }) =>
    [...t].map((time, row) =>
      [`"${machine}, hall"`, time.toFixed(1), ...columns.map((column) => column[row])].join(','),
    ),
  );
  writeFileSync(at(name, 'telemetry.csv'), `${[['machine', 't', ...fleet.points].join(','), ...rows].join('\n')}\n`);
  const events = fleet.machines.flatMap(({ machine, events: list }) =>
    list.map(({ t, kind, component }) => `"${machine}, hall",${t},${kind},${component},`),
  );
  writeFileSync(at(name, 'events.csv'), `${['machine,t,kind,component,code', ...events].join('\n')}\n`);
};

let printed = '';
const run = (...args: string[]) => forecastCommand().parseAsync(args, { from: 'user' });
/** @returns the hash of the model that so many threads made */
const trainWith = async (threads: string, out: string): Promise<string> => {
  // Time for all of the work, on however busy a machine.
  await run('train', '--history', at('past'), '--out', at(out), '--json', '--budget', '1800', '--threads', threads);
  return JSON.parse(printed).modelHash;
};
const linesOf = (file: string) => readFileSync(at(file), 'utf8').trim().split('\n');

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  writeFleet('past', 1, 8);
  writeFleet('now', 2, 2);
  writeFleet('one', 3, 1);
  await trainWith('1', 'model');
}, 240_000);
afterEach(() => {
  printed = '';
});
afterAll(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

describe('kuluma forecast', () => {
  it('writes the model and a card with its hash and its out-of-fold numbers', () => {
    const card = JSON.parse(readFileSync(at('model', 'card.json'), 'utf8'));
    expect(card.modelHash).toMatch(/^[0-9a-f]{64}$/);
    expect(card.targets[0]).toMatchObject({ component: 'pump', metrics: { machines: 8, failures: 8 } });
  });

  it('trains the same model with any number of threads', async () => {
    const { modelHash } = JSON.parse(readFileSync(at('model', 'card.json'), 'utf8'));
    expect(await trainWith('3', 'model-of-3')).toBe(modelHash);
  });

  it('forecasts the last row of each machine, repeating machine and time byte for byte', async () => {
    await run('predict', '--history', at('now'), '--model', at('model'), '--out', at('last.csv'));
    const [header, first, second, ...rest] = linesOf('last.csv');
    expect(header).toBe(
      'machine,component,t,rul,rul_p05,rul_p10,rul_p50,rul_p90,rul_p95,p_fail_5,p_fail_10,p_fail_20,abstain,reason',
    );
    expect(first).toMatch(/^"machine 1, hall",pump,\d+\.0,[\d.]+,/);
    expect(second).toMatch(/,,[a-z]+ [a-z]+ (up|down) (shortens|extends) \d+%;/);
    expect(rest).toEqual([]);
  });

  it('forecasts at every row, empty with a code where it abstains', async () => {
    await run('predict', '--history', at('now'), '--model', at('model'), '--out', at('all.csv'), '--at', 'all');
    const lines = linesOf('all.csv');
    expect(lines).toHaveLength(linesOf(join('now', 'telemetry.csv')).length);
    expect(lines[1]).toBe('"machine 1, hall",pump,1.0,,,,,,,,,,TOO_LITTLE_HISTORY,');
  });

  it('forecasts at the times of a file', async () => {
    writeFileSync(at('at.csv'), 'machine,t\n"machine 2, hall",20.50\n"machine 1, hall",30\n');
    await run('predict', '--history', at('now'), '--model', at('model'), '--out', at('some.csv'), '--at', at('at.csv'));
    expect(
      linesOf('some.csv')
        .slice(1)
        .map((line) => line.split(',').slice(0, 4).join(',')),
    ).toEqual(['"machine 2, hall",pump,20.50', '"machine 1, hall",pump,30']);
  });

  it('scores every row against the first rows of its machine', async () => {
    await run('detect', '--history', at('now'), '--baseline', '20', '--out', at('states.csv'));
    const lines = linesOf('states.csv');
    expect(lines[0]).toBe('machine,t,score,alarm');
    expect(lines[1]).toBe('"machine 1, hall",1.0,0,0');
    expect(lines).toHaveLength(linesOf(join('now', 'telemetry.csv')).length);
  });

  it('back-tests by machine', async () => {
    await expect(run('backtest', '--history', at('one'))).rejects.toMatchObject({ code: 'NOT_ENOUGH_DATA' });
    await run('backtest', '--history', at('past'), '--json');
    const [target] = JSON.parse(printed).targets;
    expect(target).toMatchObject({ component: 'pump', machines: 8, alerts: { failures: 8 } });
    expect(target.accuracy.rmse).toBeLessThan(12);
  });

  it('exits with 2 on a wrong call and on a history that does not fit, naming what is missing', async () => {
    await runCommand(forecastCommand(), ['predict', '--history', at('now')]);
    expect(process.exitCode).toBe(2);
    mkdirSync(at('odd'));
    const meta = JSON.parse(readFileSync(at('now', 'fleet.json'), 'utf8'));
    delete meta.points.humidity;
    meta.targets[0].horizons = [7];
    writeFileSync(at('odd', 'fleet.json'), JSON.stringify(meta));
    writeFileSync(at('odd', 'telemetry.csv'), 'machine,t,vibration,temperature,load\nA,1,1,1,10\n');
    const error = await run('predict', '--history', at('odd'), '--model', at('model'), '--out', at('odd.csv')).catch(
      (reason: unknown) => reason,
    );
    expect(error instanceof AppError && error.faults.map(({ path }) => path)).toEqual([
      'fleet.json/points/humidity',
      'fleet.json/targets/0/horizons',
    ]);
  });
});
