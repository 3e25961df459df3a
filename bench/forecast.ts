// Forecast accuracy on NASA C-MAPSS FD001: `node bench/forecast.ts [--json FILE]`, beside two plain methods.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readFleet } from '@kuluma/cloud/adapters/fleet-history/read-fleet.ts';
import { ridge } from '@kuluma/cloud/core/condition/linear.ts';
import { forecastAt } from '@kuluma/cloud/core/forecast/forecast.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory, MachineHistory } from '@kuluma/cloud/core/history/fleet-history.ts';

const shared = new URL('../../shared/', import.meta.url).pathname;
const data = join(shared, 'data/cmapss');
const cap = 125;
const meanRows = 30;

interface Result {
  readonly method: string;
  readonly rmse: number;
  readonly coverage90: number | null;
  readonly meanWidth90: number | null;
  readonly trainSeconds: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const rmseOf = (forecasts: readonly number[], truths: readonly number[]): number =>
  Math.sqrt(mean(forecasts.map((f, i) => (Math.max(0, Math.min(cap, f)) - (truths[i] ?? Number.NaN)) ** 2)));

const fleetOf = (folder: string, file: string, ...options: string[]): Promise<{ history: FleetHistory }> => {
  const out = join(folder, file);
  execFileSync(process.execPath, [join(shared, 'tools/to-fleet.mjs'), 'cmapss', join(data, file), out, ...options]);
  return readFleet(out);
};

/** Means of all columns over the last rows up to `row`. */
const lastMeans = (machine: MachineHistory, row: number): number[] =>
  machine.columns.map((column) => mean([...column.subarray(Math.max(0, row - meanRows + 1), row + 1)]));

const timed = <T>(work: () => T): { value: T; seconds: number } => {
  const start = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - start) / 1000 };
};

const constantMean = (train: FleetHistory, test: FleetHistory, truths: readonly number[]): Result => {
  const { value, seconds } = timed(() =>
    mean(train.machines.flatMap(({ t }) => [...t].map((now) => Math.min(cap, (t.at(-1) ?? 0) - now)))),
  );
  return {
    method: 'mean life left',
    rmse: rmseOf(
      test.machines.map(() => value),
      truths,
    ),
    coverage90: null,
    meanWidth90: null,
    trainSeconds: seconds,
  };
};

const ridgeOnMeans = (train: FleetHistory, test: FleetHistory, truths: readonly number[]): Result => {
  const { value, seconds } = timed(() => {
    const rows = train.machines.flatMap((machine) =>
      [...machine.t.keys()].map((row) => ({
        x: lastMeans(machine, row),
        y: Math.min(cap, (machine.t.at(-1) ?? 0) - (machine.t[row] ?? 0)),
      })),
    );
    const centre = train.points.map((_, i) => mean(rows.map(({ x }) => x[i] ?? 0)));
    const scale = centre.map((c, i) => {
      const deviation = Math.sqrt(mean(rows.map(({ x }) => ((x[i] ?? 0) - c) ** 2)));
      return deviation > 1e-9 * (1 + Math.abs(c)) ? deviation : Number.POSITIVE_INFINITY;
    });
    const z = (x: readonly number[]) => x.map((v, i) => (v - (centre[i] ?? 0)) / (scale[i] ?? 1));
    const inputs = rows.map(({ x }) => z(x));
    const base = mean(rows.map(({ y }) => y));
    const weights = ridge(
      centre.map((_, i) => Float64Array.from(inputs, (x) => x[i] ?? 0)),
      Float64Array.from(rows, ({ y }) => y - base),
      1e-3 * rows.length,
    );
    return (x: readonly number[]) => z(x).reduce((sum, v, i) => sum + v * (weights[i] ?? 0), base);
  });
  const forecasts = test.machines.map((machine) => value(lastMeans(machine, machine.t.length - 1)));
  return {
    method: `ridge on ${meanRows}-row means`,
    rmse: rmseOf(forecasts, truths),
    coverage90: null,
    meanWidth90: null,
    trainSeconds: seconds,
  };
};

const boostedTrees = (train: FleetHistory, test: FleetHistory, truths: readonly number[]): Result => {
  const { value, seconds } = timed(() =>
    trainModel(train, { seed: 1, budgetMs: 60_000, now: () => performance.now(), codeVersion: 'bench' }),
  );
  const lives = test.machines.map((machine) => forecastAt(value, 'engine', machine)?.life ?? null);
  const known = lives.flatMap((life, i) => (life ? [{ life, truth: truths[i] ?? Number.NaN }] : []));
  return {
    method: 'kuluma',
    rmse: rmseOf(
      known.map(({ life }) => life.rul),
      known.map(({ truth }) => truth),
    ),
    coverage90: mean(
      known.map(({ life: { quantiles }, truth }) => Number(quantiles.p05 <= truth && truth <= quantiles.p95)),
    ),
    meanWidth90: mean(known.map(({ life: { quantiles } }) => quantiles.p95 - quantiles.p05)),
    trainSeconds: seconds,
  };
};

const folder = mkdtempSync(join(tmpdir(), 'bench-forecast-'));
try {
  const { history: train } = await fleetOf(folder, 'train_FD001.txt.gz');
  const { history: test } = await fleetOf(folder, 'test_FD001.txt.gz', '--running');
  const truths = readFileSync(join(data, 'RUL_FD001.txt'), 'utf8')
    .trim()
    .split(/\s+/)
    .map((text) => Math.min(cap, Number(text)));
  const results = [constantMean, ridgeOnMeans, boostedTrees].map((method) => method(train, test, truths));
  console.table(results);
  const out = process.argv[process.argv.indexOf('--json') + 1];
  if (process.argv.includes('--json') && out)
    writeFileSync(out, `${JSON.stringify({ set: 'FD001', cap, results }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
