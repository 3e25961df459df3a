import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import type { Restorable, StoredBatch, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { columnsOf, type Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { someId } from './some-records.ts';

type Store = TimeSeriesStore & Part & Restorable;
const root = mkdtempSync(join(tmpdir(), 'kuluma-series-dump-'));
const { signal } = new AbortController();
const influx = needs('influxd', 'to and from InfluxDB');
let influxd: Influxd | undefined;
beforeAll(async () => {
  if (!influx.skip) influxd = await startInfluxd();
});
afterAll(async () => {
  await influxd?.stop();
  rmSync(root, { recursive: true, force: true });
});

let stores = 0;
const embedded = (): Store => new DuckDbTimeSeries({ dir: join(root, `store-${stores++}`) });
const onServer = (): Store => createInfluxTimeSeries({ url: influxd?.url ?? '', database: `store_${stores++}` });

const organisationId = someId('organisation');
const pointId = someId('measurementPoint');
const firstMs = Date.UTC(2026, 9, 30);
const range = { organisationId, pointId, fromMs: 0, toMs: firstMs * 2 };
const sampleAt = (n: number, value: number): Sample => ({
  ...{ pointId, sampledAtMs: firstMs + n * (dayMs / 4), value },
  quality: n % 3 === 0 ? 'uncertain' : 'good',
});
const batch = (seq: number, samples: readonly Sample[]): StoredBatch => ({
  organisationId,
  key: { gatewayId: 'g', epoch: 1, class: 'live', seq },
  samples: columnsOf(samples),
});
const first = batch(
  0,
  Array.from({ length: 20 }, (_, n) => sampleAt(n, n / 3)),
);

/** Two months of packed samples, a loose one in the place of a packed one, and what was said of an hour. */
const filled = async (store: Store): Promise<{ store: Store; samples: Sample[] }> => {
  await store.start(signal);
  await store.write([first]);
  const hour = {
    pointId,
    hourMs: firstMs,
    samples: 1,
    usable: 1,
    low: 0,
    high: 0,
    duplicates: null,
    completeness: null,
  };
  const doubts = { knownMissing: 0, isStuck: false, isOutOfRange: false, latenessMs: null, aheadMs: 0 };
  await store.writeQuality(organisationId, [{ ...hour, ...doubts }]);
  await store.maintain(firstMs + 10 * dayMs);
  await store.write([batch(1, [sampleAt(2, 1e9), sampleAt(50, 7)])]);
  return { store, samples: await store.read(range, { anyQuality: true }) };
};

const moved = async (from: Store, to: Store): Promise<Sample[]> => {
  const dir = join(root, `dump-${stores++}`);
  await from.dump(dir);
  await to.start(signal);
  await to.load(dir);
  await expect(to.load(dir)).rejects.toMatchObject({ code: 'CONFLICT' });
  return to.read(range, { anyQuality: true });
};

describe('a dump of the time series', () => {
  it('fills an embedded store with the same samples, sums, judgements and memory of batches', async () => {
    const { store, samples } = await filled(embedded());
    const other = embedded();
    expect(await moved(store, other)).toEqual(samples);
    expect(await other.downsample(range, dayMs)).toEqual(await store.downsample(range, dayMs));
    const hours = { fromMs: firstMs, toMs: firstMs + dayMs };
    expect(await other.readQuality(organisationId, [pointId], hours)).toEqual(
      await store.readQuality(organisationId, [pointId], hours),
    );
    expect(await other.write([first])).toEqual({ stored: 0, duplicates: 20 });
    expect((await other.latest(organisationId, [pointId])).get(pointId)?.value).toBe(7);
    for (const one of [store, other]) await one.stop();
  });

  it.skipIf(influx.skip)('moves from one machine to a server, to another server, and back', async () => {
    const { store, samples } = await filled(embedded());
    const [server, other, back] = [onServer(), onServer(), embedded()];
    expect(await moved(store, server)).toEqual(samples);
    expect(await moved(server, other)).toEqual(samples);
    expect(await moved(other, back)).toEqual(samples);
    for (const one of [store, back]) await one.stop();
  });
});
