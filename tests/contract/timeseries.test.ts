import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import { SamplesRefused } from '@kuluma/cloud/core/ingest/samples-refused.ts';
import type { PointQuality } from '@kuluma/cloud/core/quality/point-quality.ts';
import type { BatchKey, StoredBatch, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf, type Sample, type SampleQuality } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { someId } from './some-records.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-series-'));
const abort = new AbortController().signal;
let influxd: Influxd | undefined;
afterAll(async () => {
  await influxd?.stop();
  rmSync(root, { recursive: true });
});

const implementations = [
  {
    name: 'DuckDB',
    skip: false,
    countsDuplicates: true,
    open: async (): Promise<TimeSeriesStore & Part> => new DuckDbTimeSeries({ dir: join(root, 'duckdb') }),
  },
  {
    ...(({ skip, title }) => ({ skip, name: title }))(needs('influxd', 'InfluxDB')),
    countsDuplicates: false,
    open: async (): Promise<TimeSeriesStore & Part> => {
      influxd ??= await startInfluxd();
      return createInfluxTimeSeries({ url: influxd.url, database: 'kuluma' });
    },
  },
];

const t0 = Date.UTC(2026, 10, 22, 5, 30, 7, 123);
const everything = { fromMs: 0, toMs: t0 * 2 };
const organisationId = someId('organisation');
const gatewayId = someId('gateway');
let nextSeq = 0;

type Row = [offsetMs: number, value: number, quality?: SampleQuality];
const samplesOf = (pointId: Id<'measurementPoint'>, rows: readonly Row[]): Sample[] =>
  rows.map(([offsetMs, value, quality = 'good']) => ({ pointId, sampledAtMs: t0 + offsetMs, value, quality }));
const batchOf = (
  samples: readonly Sample[],
  fields: Partial<BatchKey> & { organisationId?: string } = {},
): StoredBatch => {
  const { organisationId: organisation = organisationId, ...key } = fields;
  return {
    organisationId: organisation,
    key: { gatewayId, epoch: 1, class: 'live', seq: nextSeq++, ...key },
    samples: columnsOf(samples),
  };
};
const rowsOf = (samples: readonly Sample[]) => samples.map((s) => [s.sampledAtMs - t0, s.value, s.quality]);

for (const { name, skip, countsDuplicates, open } of implementations) {
  describe.skipIf(skip)(`time series in ${name}`, () => {
    let store: TimeSeriesStore & Part;
    beforeAll(async () => {
      store = await open();
      await store.start(abort);
    });
    afterAll(() => store.stop());
    const whole = (pointId: Id<'measurementPoint'>) => ({ organisationId, pointId, ...everything });

    it('gives back exactly the numbers that were written, by rising time', async () => {
      const pointId = someId('measurementPoint');
      const rows: Row[] = [
        [2000, 0.1 + 0.2],
        [1000, -1.7976931348623157e308],
        [3000, 5e-324],
        [0, 3],
      ];
      expect(await store.write([batchOf(samplesOf(pointId, rows))])).toEqual({ stored: 4, duplicates: 0 });
      const read = await store.read({ ...whole(pointId) });
      expect(rowsOf(read)).toEqual(rows.sort((a, b) => a[0] - b[0]).map(([ms, value]) => [ms, value, 'good']));
      expect((await store.read(whole(pointId), { limit: 2 })).map((s) => s.value)).toEqual([
        3, -1.7976931348623157e308,
      ]);
    });

    it('stores a redelivered batch once, within a write and across writes', async () => {
      const pointId = someId('measurementPoint');
      const batch = batchOf(samplesOf(pointId, [[0, 1]]));
      await store.write([batch, batch]);
      const again = await store.write([batch, batchOf(samplesOf(pointId, [[1, 2]]))]);
      expect(again).toEqual(countsDuplicates ? { stored: 1, duplicates: 1 } : { stored: 2, duplicates: 0 });
      expect(await store.count(whole(pointId))).toBe(2);
      expect(rowsOf(await store.read(whole(pointId)))).toEqual([
        [0, 1, 'good'],
        [1, 2, 'good'],
      ]);
    });

    it('takes batches in any order, and tells epochs and classes apart', async () => {
      const pointId = someId('measurementPoint');
      const rows = [7, 3, 5, 4].map((seq) => batchOf(samplesOf(pointId, [[seq, seq]]), { epoch: 9, seq }));
      await store.write(rows.slice(0, 2));
      await store.write(rows.slice(2));
      await store.write([
        batchOf(samplesOf(pointId, [[100, 1]]), { epoch: 10, seq: 3 }),
        batchOf(samplesOf(pointId, [[101, 1]]), { epoch: 9, seq: 3, class: 'history' }),
      ]);
      expect((await store.read(whole(pointId))).map((s) => s.sampledAtMs - t0)).toEqual([3, 4, 5, 7, 100, 101]);
    });

    it('lets the last written of the same time win, within a batch and across', async () => {
      const pointId = someId('measurementPoint');
      const rows: Row[] = [
        [0, 1],
        [0, 2],
        [5, 9, 'bad'],
      ];
      await store.write([batchOf(samplesOf(pointId, rows))]);
      expect(rowsOf(await store.read(whole(pointId)))).toEqual([[0, 2, 'good']]);
      await store.write([
        batchOf(
          samplesOf(pointId, [
            [0, 3, 'bad'],
            [5, 8],
          ]),
        ),
      ]);
      expect(rowsOf(await store.read(whole(pointId)))).toEqual([[5, 8, 'good']]);
      expect(await store.count(whole(pointId))).toBe(2);
    });

    it('reads good and uncertain samples, and all qualities only on demand', async () => {
      const pointId = someId('measurementPoint');
      const rows: Row[] = [
        [0, 1, 'good'],
        [1, 2, 'uncertain'],
        [2, 3, 'stale'],
        [3, 4, 'bad'],
      ];
      await store.write([batchOf(samplesOf(pointId, rows))]);
      expect(rowsOf(await store.read(whole(pointId)))).toEqual(rows.slice(0, 2));
      expect(rowsOf(await store.read(whole(pointId), { anyQuality: true }))).toEqual(rows);
      const range = { organisationId, pointId, fromMs: t0, toMs: t0 + 10 };
      expect(await store.downsample(range, 10)).toEqual([{ startMs: t0, min: 1, max: 2, mean: 1.5, count: 2 }]);
      expect(await store.latest(organisationId, [pointId])).toEqual(
        new Map([[pointId, samplesOf(pointId, rows.slice(3))[0]]]),
      );
    });

    it('takes the start of a range and leaves out its end; buckets count from the start', async () => {
      const pointId = someId('measurementPoint');
      const rows: Row[] = [-1, 0, 59_999, 60_000, 180_000, 239_999, 240_000].map((ms) => [ms, ms]);
      await store.write([batchOf(samplesOf(pointId, rows))]);
      const range = { organisationId, pointId, fromMs: t0, toMs: t0 + 240_000 };
      expect((await store.read(range)).map((s) => s.value)).toEqual([0, 59_999, 60_000, 180_000, 239_999]);
      expect(await store.count(range)).toBe(5);
      expect(await store.downsample(range, 60_000)).toEqual([
        { startMs: t0, min: 0, max: 59_999, mean: 29_999.5, count: 2 },
        { startMs: t0 + 60_000, min: 60_000, max: 60_000, mean: 60_000, count: 1 },
        { startMs: t0 + 180_000, min: 180_000, max: 239_999, mean: 209_999.5, count: 2 },
      ]);
      // A last bucket that the end of the range cuts holds only what is before the end.
      const cut = await store.downsample({ ...range, toMs: t0 + 59_999 }, 60_000);
      expect(cut).toEqual([{ startMs: t0, min: 0, max: 0, mean: 0, count: 1 }]);
    });

    it('gives the means of many points as one by one', async () => {
      const pointIds = [someId('measurementPoint'), someId('measurementPoint'), someId('measurementPoint')] as const;
      const [a, b] = pointIds;
      await store.write([
        batchOf(
          samplesOf(a, [
            [0, 1],
            [59_999, 2],
            [60_000, 7],
            [180_000, 4, 'uncertain'],
          ]),
        ),
      ]);
      await store.write([
        batchOf(
          samplesOf(b, [
            [10, 5],
            [20, 6, 'bad'],
            [240_000, 9],
          ]),
        ),
      ]);
      await store.write([batchOf(samplesOf(a, [[0, 3]]))]);
      const range = { fromMs: t0, toMs: t0 + 240_000 };
      const means = await store.means(organisationId, pointIds, range, 60_000);
      expect(means.size).toBe(2);
      for (const pointId of [a, b]) {
        const buckets = await store.downsample({ organisationId, pointId, ...range }, 60_000);
        expect([...(means.get(pointId)?.startMs ?? [])]).toEqual(buckets.map(({ startMs }) => startMs));
        expect([...(means.get(pointId)?.mean ?? [])]).toEqual(buckets.map(({ mean }) => mean));
      }
      expect(means.get(b)?.mean[0]).toBe(5);
      expect(await store.means(organisationId, [], range, 60_000)).toEqual(new Map());
      expect(await store.means(someId('organisation'), pointIds, range, 60_000)).toEqual(new Map());
    });

    it('answers an empty range and an unknown point with nothing', async () => {
      const pointId = someId('measurementPoint');
      const check = async () => {
        const range = { organisationId, pointId, fromMs: t0 + 10, toMs: t0 + 20 };
        expect(await store.read(range)).toEqual([]);
        expect(await store.downsample(range, 5)).toEqual([]);
        expect(await store.count(range)).toBe(0);
        expect(await store.read({ ...range, toMs: range.fromMs })).toEqual([]);
      };
      await check();
      expect(await store.latest(organisationId, [pointId])).toEqual(new Map());
      expect(await store.latest(organisationId, [])).toEqual(new Map());
      await store.write([
        batchOf(
          samplesOf(pointId, [
            [0, 1],
            [20, 2],
          ]),
        ),
      ]);
      await check();
      expect(await store.write([])).toEqual({ stored: 0, duplicates: 0 });
    });

    it('gives the newest sample of each point, whatever came last, also after a restart', async () => {
      const [a, b, c] = [someId('measurementPoint'), someId('measurementPoint'), someId('measurementPoint')];
      const latest = async () => {
        const found = await store.latest(organisationId, [a, b, c]);
        return [a, b, c].map((id) => found.get(id)?.value);
      };
      await store.write([
        batchOf([
          ...samplesOf(a, [
            [50, 5],
            [10, 1],
          ]),
          ...samplesOf(b, [[20, 2]]),
        ]),
      ]);
      await store.write([batchOf(samplesOf(a, [[30, 3]]), { class: 'history' })]);
      expect(await latest()).toEqual([5, 2, undefined]);
      await store.stop();
      store = await open();
      await store.start(abort);
      await store.write([batchOf([...samplesOf(a, [[40, 4]]), ...samplesOf(b, [[20, 7]])])]);
      expect(await latest()).toEqual([5, 7, undefined]);
      await store.write([batchOf([...samplesOf(a, [[60, 6]]), ...samplesOf(b, [[19, 8]]), ...samplesOf(c, [[1, 9]])])]);
      expect(await latest()).toEqual([6, 7, 9]);
      await store.erase(organisationId, [a]);
      expect(await latest()).toEqual([undefined, 7, 9]);
    });

    it('keeps organisations apart, also where a point has the same id', async () => {
      const pointId = someId('measurementPoint');
      const other = someId('organisation');
      await store.write([
        batchOf(samplesOf(pointId, [[0, 1]])),
        batchOf(samplesOf(pointId, [[0, 2]]), { organisationId: other }),
      ]);
      expect((await store.read(whole(pointId))).map((s) => s.value)).toEqual([1]);
      expect((await store.read({ ...whole(pointId), organisationId: other })).map((s) => s.value)).toEqual([2]);
      await store.erase(other, [pointId]);
      expect(await store.count(whole(pointId))).toBe(1);
      expect(await store.count({ ...whole(pointId), organisationId: other })).toBe(0);
    });

    it('erases the points that it is told, and takes new samples of them', async () => {
      const [gone, kept] = [someId('measurementPoint'), someId('measurementPoint')];
      await store.write([batchOf([...samplesOf(gone, [[0, 1]]), ...samplesOf(kept, [[0, 2]])])]);
      await store.erase(organisationId, [gone, someId('measurementPoint')]);
      expect(await store.read(whole(gone))).toEqual([]);
      expect(await store.latest(organisationId, [gone])).toEqual(new Map());
      expect(await store.count(whole(kept))).toBe(1);
      await store.write([batchOf(samplesOf(gone, [[1, 7]]))]);
      expect((await store.read(whole(gone))).map((s) => s.value)).toEqual([7]);
    });

    it('holds everything across a restart, and knows what it had', async () => {
      const pointId = someId('measurementPoint');
      const batch = batchOf(
        samplesOf(pointId, [
          [0, 1],
          [1, 2],
        ]),
      );
      await store.write([batch]);
      await store.stop();
      store = await open();
      await store.start(abort);
      await store.write([batch, batchOf(samplesOf(pointId, [[1, 3]]))]);
      expect(await store.count(whole(pointId))).toBe(2);
      expect((await store.read(whole(pointId))).map((s) => s.value)).toEqual([1, 3]);
    });

    it('refuses what is no finite number, says which samples, and stores the others', async () => {
      const pointId = someId('measurementPoint');
      const good = batchOf(samplesOf(pointId, [[0, 1]]));
      const mixed = batchOf(
        samplesOf(pointId, [
          [1, Number.NaN],
          [2, 2],
          [3, Number.POSITIVE_INFINITY],
          [4, Number.NEGATIVE_INFINITY],
        ]),
      );
      const refusal = { retry: 'permanent', samples: [0, 2, 3].map((sample) => ({ batch: 1, sample })) };
      await expect(store.write([good, mixed])).rejects.toBeInstanceOf(SamplesRefused);
      const again = { ...mixed, key: { ...mixed.key, seq: nextSeq++ } };
      await expect(store.write([good, again])).rejects.toMatchObject(refusal);
      expect((await store.read(whole(pointId))).map((s) => s.value)).toEqual([1, 2]);
      expect((await store.latest(organisationId, [pointId])).get(pointId)?.value).toBe(2);
    });

    it('keeps names with signs of its own language apart', async () => {
      // No name may end with a backslash: the line protocol cannot say it.
      const names = ['a b', 'a,b', 'a=b', 'a\\ b', 'a"b', "a'b", 'ä', '$p0', 'a b,c=d e'];
      for (const [value, name] of names.entries()) {
        const pointId = `mpt_${name}` as Id<'measurementPoint'>;
        await store.write([batchOf(samplesOf(pointId, [[0, value]]), { organisationId: name })]);
      }
      for (const [value, name] of names.entries()) {
        const range = { organisationId: name, pointId: `mpt_${name}` as Id<'measurementPoint'>, ...everything };
        expect([name, (await store.read(range)).map((s) => s.value)]).toEqual([name, [value]]);
        const latest = await store.latest(name, [range.pointId]);
        expect([name, latest.get(range.pointId)?.value]).toEqual([name, value]);
      }
      const [first] = names as [string];
      await store.erase(first, [`mpt_${first}` as Id<'measurementPoint'>]);
      const left = await Promise.all(
        names.map((name) =>
          store.count({ organisationId: name, pointId: `mpt_${name}` as Id<'measurementPoint'>, ...everything }),
        ),
      );
      expect(left).toEqual(names.map((name) => (name === first ? 0 : 1)));
    });

    it('puts each millisecond into its bucket, also where buckets do not start on a whole second', async () => {
      const pointId = someId('measurementPoint');
      const rows: Row[] = Array.from({ length: 50 }, (_, i) => [i, i]);
      await store.write([batchOf(samplesOf(pointId, rows))]);
      for (const bucketMs of [1, 3, 7, 1000])
        for (const shift of [0, 1, 5]) {
          const buckets = await store.downsample({ ...whole(pointId), fromMs: t0 + shift, toMs: t0 + 47 }, bucketMs);
          const wanted = Map.groupBy(
            rows.map(([ms]) => ms).filter((ms) => ms >= shift && ms < 47),
            (ms) => t0 + shift + Math.floor((ms - shift) / bucketMs) * bucketMs,
          );
          expect(buckets.map(({ startMs, min, max, count }) => [startMs, min, max, count])).toEqual(
            [...wanted].map(([startMs, all]) => [startMs, all[0], all.at(-1), all.length]),
          );
        }
    });

    it('sums up the hours of each point of an organisation', async () => {
      const ours = someId('organisation');
      const [a, b] = [someId('measurementPoint'), someId('measurementPoint')];
      const hour0 = Math.floor(t0 / hourMs) * hourMs;
      const rows = (...list: Row[]) => list.map(([ms, ...rest]): Row => [hour0 - t0 + ms, ...rest]);
      const samples = [
        ...samplesOf(
          a,
          rows([0, 5], [1, 2, 'uncertain'], [2, 99, 'bad'], [hourMs - 1, 7], [hourMs, 1], [3 * hourMs, 4]),
        ),
        ...samplesOf(b, rows([5, 1, 'stale'])),
      ];
      await store.write([batchOf(samples, { organisationId: ours })]);
      await store.write([batchOf(samplesOf(a, rows([0, 6])), { organisationId: ours })]);
      const none = { low: null, high: null, usable: 0 };
      const wanted = [
        { pointId: a, hourMs: hour0, samples: 4, usable: 3, low: 2, high: 7, duplicates: 1 },
        { pointId: a, hourMs: hour0 + hourMs, samples: 1, usable: 1, low: 1, high: 1, duplicates: 0 },
        { pointId: b, hourMs: hour0, samples: 1, ...none, duplicates: 0 },
      ];
      const hours = async () => {
        const found = await store.hours(ours, { fromMs: hour0, toMs: hour0 + 2 * hourMs });
        return found.toSorted((x, y) => x.pointId.localeCompare(y.pointId) || x.hourMs - y.hourMs);
      };
      const inOrder = wanted.toSorted((x, y) => x.pointId.localeCompare(y.pointId) || x.hourMs - y.hourMs);
      const withoutDuplicates = inOrder.map((hour) => ({ ...hour, duplicates: null }));
      expect(await hours()).toEqual(countsDuplicates ? inOrder : withoutDuplicates);
      await store.maintain(hour0 + 3 * 24 * hourMs);
      expect(await hours()).toEqual(withoutDuplicates);
      expect(await store.hours(ours, { fromMs: hour0 - 10 * hourMs, toMs: hour0 })).toEqual([]);
    });

    it('keeps what is said of an hour, the last word only, and forgets it with the point', async () => {
      const [a, b] = [someId('measurementPoint'), someId('measurementPoint')];
      await store.write([batchOf([...samplesOf(a, [[0, 1]]), ...samplesOf(b, [[0, 1]])])]);
      const hour0 = Math.floor(t0 / hourMs) * hourMs;
      const said = (pointId: Id<'measurementPoint'>, n: number, completeness: number | null): PointQuality => ({
        ...{ pointId, hourMs: hour0 + n * hourMs, samples: 9, usable: 8, low: -1.5, high: null, duplicates: 2 },
        ...{ completeness, knownMissing: 0.25, isStuck: n === 1, isOutOfRange: n === 2, latenessMs: -3.5, aheadMs: 12 },
      });
      const range = { fromMs: hour0, toMs: hour0 + 3 * hourMs };
      await store.writeQuality(organisationId, [said(a, 0, 0.5), said(a, 1, 0.5), said(b, 2, 1), said(a, 3, 0)]);
      await store.writeQuality(organisationId, [said(a, 0, null)]);
      expect(await store.readQuality(organisationId, [a], range)).toEqual([said(a, 0, null), said(a, 1, 0.5)]);
      expect(await store.readQuality(organisationId, [b, someId('measurementPoint')], range)).toEqual([said(b, 2, 1)]);
      expect(await store.readQuality(organisationId, [], range)).toEqual([]);
      await store.erase(organisationId, [a]);
      expect(await store.readQuality(organisationId, [a], range)).toEqual([]);
      expect(await store.readQuality(organisationId, [b], range)).toEqual([said(b, 2, 1)]);
    });

    it('takes writes and reads at the same time', async () => {
      const pointId = someId('measurementPoint');
      const writes = Array.from({ length: 20 }, (_, i) => store.write([batchOf(samplesOf(pointId, [[i, i]]))]));
      await Promise.all([...writes, store.read(whole(pointId)), store.latest(organisationId, [pointId])]);
      expect(await store.count(whole(pointId))).toBe(20);
    });
  });
}

describe('the folder of the embedded time series', () => {
  it('refuses a second start while the first runs', async () => {
    const dir = join(root, 'locked');
    const first = new DuckDbTimeSeries({ dir });
    await first.start();
    await expect(new DuckDbTimeSeries({ dir }).start()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await first.stop();
  });
});

describe('an InfluxDB that is not there', () => {
  it('says so at a write and at a read', async () => {
    const store = createInfluxTimeSeries({ url: 'http://127.0.0.1:9', database: 'kuluma' });
    const pointId = someId('measurementPoint');
    const write = store.write([batchOf(samplesOf(pointId, [[0, 1]]))]);
    await expect(write).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'transient' });
    const read = store.read({ organisationId, pointId, ...everything });
    await expect(read).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
