import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { addPlant } from '../../tests/e2e/start-ingest.ts';
import type { Bench } from '../bench.ts';
import { fill, pointsOf, samplesOf } from '../ingest/stores.ts';

const kuluma = resolve(import.meta.dirname, '../../cloud/bin/kuluma.js');

/** Rows of every table of a store and a sum over their contents, whatever their order. No process may have it open. */
const contentsOf = async (dataDir: string): Promise<string[]> => {
  const instance = await DuckDBInstance.create(join(dataDir, 'series/samples.duckdb'), { access_mode: 'read_only' });
  const connection = await instance.connect();
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const contents: string[] = [];
  for (const [table] of await rowsOf('select table_name from duckdb_tables() order by 1')) {
    const [sum] = await rowsOf(`select count(*), sum(hash(t)::hugeint)::varchar from ${table} t`);
    contents.push(`${table} ${sum?.join(' ')}`);
  }
  connection.closeSync();
  instance.closeSync();
  return contents;
};

/** A back-up of the embedded stores with a month of samples, restored into an empty folder by the commands of the service. */
export const restore: Bench = async ({ full }) => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-bench-restore-'));
  const configOf = (name: string): string => {
    const file = join(dir, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ dataDir: join(dir, name), http: { port: 0 }, mqtt: { port: 0 } }));
    return file;
  };
  const run = async (...args: string[]): Promise<number> => {
    const startMs = performance.now();
    await promisify(execFile)(process.execPath, [kuluma, ...args], { maxBuffer: 2 ** 24 });
    return (performance.now() - startMs) / 1000;
  };
  try {
    const pointCount = full ? 200 : 8;
    const records = createRecords(pgliteDatabase(join(dir, 'first/records')));
    await records.start(new AbortController().signal);
    await addPlant(records, pointCount);
    await records.stop();
    const series = new DuckDbTimeSeries({ dir: join(dir, 'first/series') });
    await series.start();
    await fill(series, pointsOf(pointCount), samplesOf(pointCount));
    await series.stop();
    const bytesPerSample = statSync(join(dir, 'first/series/samples.duckdb')).size / samplesOf(pointCount);
    const backup = join(dir, 'backup');
    const backupS = await run('backup', backup, '--config', configOf('first'));
    const restoreS = await run('restore', backup, '--config', configOf('second'));
    const [before, after] = [await contentsOf(join(dir, 'first')), await contentsOf(join(dir, 'second'))];
    const isEqual = before.length > 0 && before.join('\n') === after.join('\n');
    const millions = (samplesOf(pointCount) / 1e6).toFixed(1);
    return [
      {
        what: `restore of a back-up with ${millions} M samples`,
        toReach: 'equal by checksum; time reported',
        measured: `${isEqual ? 'equal' : 'NOT equal'} in ${before.length} tables; back-up ${backupS.toFixed(0)} s, restore ${restoreS.toFixed(0)} s; ${bytesPerSample.toFixed(1)} bytes a sample on disk`,
        met: isEqual,
        figures: { samples: samplesOf(pointCount), tables: before.length, backupS, restoreS, bytesPerSample },
      },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
};
