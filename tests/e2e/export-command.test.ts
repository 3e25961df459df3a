import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { openRecords, openTimeSeries } from '@kuluma/cloud/service.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
const startMs = Date.UTC(2026, 10, 1);
const random = seededRandom(12);
const organisationId = newId('organisation', random);
const machineId = newId('machine', random);
let dir: string;
let configFile: string;
const pointIds: Record<string, string> = {};

/** Two points of one machine: a sample every six hours for four days. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-export-'));
  configFile = join(dir, 'kuluma.yaml');
  await writeFile(configFile, JSON.stringify({ dataDir: join(dir, 'data') }));
  const config = loadCloudConfig({ file: configFile });
  const [records, timeSeries] = [openRecords(config, createLogger('test', 'silent')), openTimeSeries(config)];
  const abort = new AbortController().signal;
  await records.start(abort);
  await timeSeries.start(abort);
  const origin = { organisationId, createdBy: { kind: 'policy', name: 'test' } as const, nowMs: startMs, random };
  await records.transact(async (tx) => {
    const organisation = { name: 'Us', timeZone: 'Europe/Helsinki' };
    await tx.insert('organisation', { ...freshBase('organisation', origin), id: organisationId, ...organisation });
  });
  for (const [seq, name] of ['speed', 'load'].entries()) {
    const point = freshBase('measurementPoint', origin);
    pointIds[name] = point.id;
    const fields = { machineId, name, role: 'sensor' as const, unit: '1' as const, alarmLimit: null };
    await records.transact((tx) => tx.insert('measurementPoint', { ...point, ...fields }));
    const samples = Array.from({ length: 16 }, (_, n) => ({
      ...{ pointId: point.id, sampledAtMs: startMs + (n * dayMs) / 4, value: n, quality: 'good' as const },
    }));
    const key = { gatewayId: 'g', epoch: 1, class: 'live', seq } as const;
    await timeSeries.write([{ organisationId, key, samples: columnsOf(samples) }]);
  }
  await timeSeries.stop();
  await records.stop();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const [what = '', ...options] = args;
  const whole = [kuluma, 'export', what, '--config', configFile, ...options];
  return promisify(execFile)(process.execPath, whole).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
};
const rowsOf = async (file: string) => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const sql =
    'select point, count(*)::integer, min(value), max(value) from read_parquet($file) group by point order by point';
  const rows = (await connection.runAndReadAll(sql, { file })).getRows();
  connection.closeSync();
  instance.closeSync();
  return rows;
};

describe('kuluma export samples', () => {
  it('writes the samples of a machine or of one point, from inclusive, to exclusive', async () => {
    const file = join(dir, 'machine.parquet');
    const range = ['--from', '2026-11-02', '--to', '2026-11-04T06:00:00Z'];
    const { code, said } = await run('samples', '--machine', machineId, ...range, '--out', file);
    expect([code, said]).toEqual([0, `18 samples of 2 points are in ${file}\n`]);
    expect(await rowsOf(file)).toEqual([
      ['load', 9, 4, 12],
      ['speed', 9, 4, 12],
    ]);
    expect((await run('samples', '--point', pointIds['load'] ?? '', ...range, '--out', file)).code).toBe(0);
    expect(await rowsOf(file)).toEqual([['load', 9, 4, 12]]);
  });

  it('says what is wrong with a call', async () => {
    const rest = ['--to', '2026-11-04', '--out', join(dir, 'x.parquet')];
    expect((await run('samples', '--from', 'soon', '--machine', machineId, ...rest)).said).toMatch(
      '--from is no instant: soon',
    );
    expect((await run('samples', '--from', '2026-11-01', ...rest)).said).toMatch('either a machine or a point');
    const unknown = await run('samples', '--from', '2026-11-01', '--point', newId('measurementPoint', random), ...rest);
    expect(unknown.said).toMatch('no such machine or measurement point');
    expect(unknown.code).not.toBe(0);
  });
});

describe('kuluma export records', () => {
  it('writes every kind as CSV with its schema into a folder that its user alone reads', async () => {
    const out = join(dir, 'records');
    expect((await run('records', '--out', out)).code).toBe(0);
    const points = (await readFile(join(out, 'measurementPoint.csv'), 'utf8')).split('\r\n');
    expect(points[0]).toMatch(/^organisationId,id,.*name,role,unit/);
    expect(points.slice(1, -1).map((line) => line.includes(pointIds['speed'] ?? '-'))).toEqual([true, false]);
    const { measurementPoint } = JSON.parse(await readFile(join(out, 'schemas.json'), 'utf8')) as Record<
      string,
      object
    >;
    expect(measurementPoint).toHaveProperty('properties.unit');
    expect((await stat(out)).mode & 0o077).toBe(0);
    expect(await readdir(out)).not.toContain('session.csv');
  });

  it('writes into no folder that is there', async () => {
    const { code, said } = await run('records', '--out', dir);
    expect([code, said]).toEqual([2, expect.stringContaining('name one that is not there yet')]);
  });
});

describe('kuluma export set-up', () => {
  it('writes a file of each kind, also an empty one', async () => {
    const out = join(dir, 'set-up');
    expect(await run('set-up', '--out', out)).toEqual({ code: 0, said: `0 rows and 0 machine models are in ${out}\n` });
    expect(await readFile(join(out, 'sites.csv'), 'utf8')).toMatch(/^key,name,/);
  });
});
