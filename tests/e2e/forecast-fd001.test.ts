import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forecastCommand } from '@kuluma/cloud/commands/forecast.ts';
import { afterAll, describe, expect, it } from 'vitest';

const shared = new URL('../../../shared/', import.meta.url).pathname;
const data = join(shared, 'data/cmapss');
const present = existsSync(data);
const cap = 125;

const folder = mkdtempSync(join(tmpdir(), 'fd001-'));
afterAll(() => rmSync(folder, { recursive: true }));

const toFleet = (file: string, out: string, ...options: string[]) =>
  execFileSync(process.execPath, [
    join(shared, 'tools/to-fleet.mjs'),
    'cmapss',
    join(data, file),
    join(folder, out),
    ...options,
  ]);
const run = (...args: string[]) => forecastCommand().parseAsync(args, { from: 'user' });

/** Forecasts and truths at the last row of each test engine. */
const scored = () => {
  const truth = readFileSync(join(data, 'RUL_FD001.txt'), 'utf8').trim().split(/\s+/).map(Number);
  const [header = '', ...lines] = readFileSync(join(folder, 'forecasts.csv'), 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    const of = (name: string) => Number(fields[names.indexOf(name)]);
    return {
      rul: of('rul'),
      low: of('rul_p05'),
      high: of('rul_p95'),
      risk: of('p_fail_30'),
      truth: Math.min(cap, truth[of('machine') - 1] ?? Number.NaN),
    };
  });
};
const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe.skipIf(!present)(
  present ? 'kuluma forecast on FD001' : 'kuluma forecast on FD001 [skipped: ../shared/data is absent]',
  () => {
    it('forecasts the test engines at their last row to an RMSE of at most 13 cycles, with honest intervals', async () => {
      toFleet('train_FD001.txt.gz', 'train');
      toFleet('test_FD001.txt.gz', 'test', '--running');
      const model = join(folder, 'model');
      await run('train', '--history', join(folder, 'train'), '--out', model, '--json');
      await run('predict', '--history', join(folder, 'test'), '--model', model, '--out', join(folder, 'forecasts.csv'));
      const rows = scored();
      expect(rows).toHaveLength(100);
      expect(Math.sqrt(mean(rows.map(({ rul, truth }) => (rul - truth) ** 2)))).toBeLessThanOrEqual(13);
      const coverage = mean(rows.map(({ low, high, truth }) => Number(low <= truth && truth <= high)));
      expect(coverage).toBeGreaterThanOrEqual(0.84);
      expect(coverage).toBeLessThanOrEqual(0.96);
      expect(mean(rows.map(({ risk, truth }) => (risk - Number(truth <= 30)) ** 2))).toBeLessThan(0.05);
    });
  },
);
