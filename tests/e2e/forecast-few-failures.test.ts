import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { forecastCommand } from '@kuluma/cloud/commands/forecast.ts';
import { forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { afterAll, describe, expect, it, vi } from 'vitest';

const shared = new URL('../../../shared/', import.meta.url).pathname;
const engines = join(shared, 'data/cmapss/train_FD001.txt.gz');
const batteries = join(shared, 'data/nasa-battery/discharge_cycles.csv.gz');
const folder = mkdtempSync(join(tmpdir(), 'few-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = { seed: 1, budgetMs: 60_000, now: () => performance.now(), codeVersion: 'test' };

const convert = async (kind: string, input: string): Promise<FleetHistory> => {
  const fleet = join(folder, kind);
  if (!existsSync(fleet)) execFileSync(process.execPath, [join(shared, 'tools/to-fleet.mjs'), kind, input, fleet]);
  return (await readFleet(fleet)).history;
};

/** Of the rows of each machine from the tenth on: how often the interval held the true remaining life, told up to `most`. */
const coverageOf = (
  model: Awaited<ReturnType<typeof trainModel>>,
  component: string,
  history: FleetHistory,
  most: number,
): number => {
  const held = history.machines.flatMap((machine) => {
    const endT = machine.t.at(-1) ?? 0;
    return forecastRows(model, component, machine, { explain: false }).flatMap(({ row, t, life }) => {
      const left = Math.min(most, endT - t);
      return life && row >= 10 ? [Number(life.quantiles.p05 <= left && left <= life.quantiles.p95)] : [];
    });
  });
  return held.reduce((sum, v) => sum + v, 0) / held.length;
};

describe('a fleet without a failure', () => {
  it('is trained and forecast by the command from a threshold alone, and the card says what that is worth', async () => {
    const history = join(folder, 'running');
    mkdirSync(history);
    const threshold = { role: 'sensor', unit: 'mm/s', failureThreshold: { above: 7.1 } };
    const meta = {
      format: 'kuluma-fleet/1',
      name: 'running',
      timeUnit: 'h',
      points: { vibration: threshold },
      targets: [{ component: 'bearing', horizons: [168] }],
    };
    writeFileSync(join(history, 'fleet.json'), JSON.stringify(meta));
    const rows = ['a', 'b'].flatMap((machine, m) =>
      Array.from(
        { length: 150 },
        (_, i) => `${machine},${8 * i},${1.5 + 0.003 * (1 + m) * 8 * i + 0.1 * Math.sin(7 * i)}`,
      ),
    );
    writeFileSync(join(history, 'telemetry.csv'), `machine,t,vibration\n${rows.join('\n')}\n`);
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const run = (...args: string[]) => forecastCommand().parseAsync(args, { from: 'user' });
    const model = join(folder, 'running-model');
    await run('train', '--history', history, '--out', model);
    const said = print.mock.calls.flat().join('');
    await run('predict', '--history', history, '--model', model, '--out', join(folder, 'out.csv'));
    vi.restoreAllMocks();
    expect(said).toContain('not judged: nothing has failed yet');
    const [, first] = readFileSync(join(folder, 'out.csv'), 'utf8').split('\n');
    const [, , t, rul] = (first ?? '').split(',');
    // At 0.003 mm/s an hour from 1.5 to 7.1.
    expect(Number(t) + Number(rul)).toBeGreaterThan(1600);
    expect(Number(t) + Number(rul)).toBeLessThan(2150);
  });

  const hasBatteries = existsSync(batteries);
  it.skipIf(!hasBatteries)('covers the end of real batteries by the fading of their capacity', async () => {
    const failed = await convert('battery', batteries);
    const points = {
      ...failed.meta.points,
      capacity_ah: { role: 'sensor' as const, failureThreshold: { below: 1.4 } },
    };
    const running = failed.machines.map((machine) => ({ ...machine, events: [] }));
    const model = await trainModel({ ...failed, meta: { ...failed.meta, points }, machines: running }, options);
    const [target] = model.targets;
    expect(target?.metrics.failures).toBe(0);
    const coverage = coverageOf(model, 'cell', failed, target?.rulCap ?? 0);
    expect(coverage).toBeGreaterThan(0.8);
  });
});

describe.skipIf(!existsSync(engines))('six engines run to failure', () => {
  it('teach intervals that hold for the engines after them', async () => {
    const history = await convert('cmapss', engines);
    const targets = [{ component: 'engine', horizons: [30] }];
    const fleet = (from: number, to: number) => ({
      ...history,
      meta: { ...history.meta, targets },
      machines: history.machines.slice(from, to),
    });
    const model = await trainModel(fleet(0, 6), options);
    const coverage = coverageOf(model, 'engine', fleet(6, 40), Number.POSITIVE_INFINITY);
    expect(coverage).toBeGreaterThan(0.82);
    expect(coverage).toBeLessThan(1);
  });
});
