import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { afterAll, expect, it } from 'vitest';
import type { NamedSamples } from '../../ports.ts';
import { writeSampleFile } from './sample-file.ts';

const root = mkdtempSync(join(tmpdir(), "kuluma 'parquet' "));
afterAll(() => rmSync(root, { recursive: true }));

const pointId = newId('measurementPoint', seededRandom(8));
const sample = (sampledAtMs: number, value: number, quality: Sample['quality']): Sample => ({
  pointId,
  sampledAtMs,
  value,
  quality,
});
async function* pieces(): AsyncGenerator<NamedSamples> {
  yield { name: 'speed', unit: 'rpm', samples: [sample(1_790_000_000_123, 0.1, 'good')] };
  yield { name: 'speed', unit: 'rpm', samples: [] };
  yield { name: 'load', unit: '%', samples: [sample(1_790_000_000_124, 5e-324, 'bad')] };
}

it('writes what others read: every sample with name, unit, time, value and quality', async () => {
  const file = join(root, 'samples.parquet');
  expect(await writeSampleFile(file, pieces())).toBe(2);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const sql = `select point_id, point, unit, epoch_ms(sampled_at)::double, value, quality from read_parquet($file)`;
  expect((await connection.runAndReadAll(sql, { file })).getRows()).toEqual([
    [pointId, 'speed', 'rpm', 1_790_000_000_123, 0.1, 'good'],
    [pointId, 'load', '%', 1_790_000_000_124, 5e-324, 'bad'],
  ]);
  connection.closeSync();
  instance.closeSync();
});

it('says so when the file cannot be written', async () => {
  const write = writeSampleFile(join(root, 'nowhere', 'samples.parquet'), pieces());
  await expect(write).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
