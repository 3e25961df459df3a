import { seededRandom } from '@kuluma/shared/clock.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { beforeEach, expect, it } from 'vitest';
import { ArrivalTally } from '../core/quality/arrivals.ts';
import type { PointHour, PointQuality } from '../core/quality/point-quality.ts';
import type { TimeSeriesStore } from '../ports.ts';
import { createQualityJudge, type JudgeDeps } from './judge-quality.ts';
import { qualityOfPoints } from './machine-quality.ts';

const random = seededRandom(4);
const organisationId = newId('organisation', random);
const machineId = newId('machine', random);
const gatewayId = newId('gateway', random);
const [a, b] = [newId('measurementPoint', random), newId('measurementPoint', random)];
const points = [a, b].map((id) => ({ id, organisationId, machineId }));
const hour0 = 10_000 * hourMs;

let nowMs: number;
let found: PointHour[];
let kept: Map<string, PointQuality>;
let gaps: { gatewayId: Id<'gateway'>; pointIds: Id<'measurementPoint'>[] | null; fromMs: number; toMs: number }[];
let arrivals: ArrivalTally;
let judge: ReturnType<typeof createQualityJudge>;

const within = (atMs: number, range: { fromMs: number; toMs: number }) => range.fromMs <= atMs && atMs < range.toMs;

const timeSeries = {
  hours: async (_: string, range: { fromMs: number; toMs: number }) =>
    found.filter(({ hourMs: at }) => within(at, range)),
  async writeQuality(_: string, hours: readonly PointQuality[]) {
    for (const hour of hours) kept.set(`${hour.pointId} ${hour.hourMs}`, hour);
  },
  readQuality: async (_: string, ids: readonly string[], range: { fromMs: number; toMs: number }) =>
    [...kept.values()].filter((one) => ids.includes(one.pointId) && within(one.hourMs, range)),
  latest: async () => new Map(),
} as unknown as TimeSeriesStore;

beforeEach(() => {
  nowMs = hour0;
  found = [];
  kept = new Map();
  gaps = [];
  arrivals = new ArrivalTally();
  const lists: Record<string, () => unknown[]> = {
    measurementPoint: () => points,
    gap: () => gaps,
    pointAssignment: () => [a, b].map((pointId) => ({ pointId, gatewayId })),
  };
  const records = { list: async (kind: string) => lists[kind]?.() ?? [] } as unknown as JudgeDeps['records'];
  const clock = { now: () => nowMs, rate: 1 } as JudgeDeps['clock'];
  judge = createQualityJudge({ records, timeSeries, arrivals, clock });
});

const sampled = (n: number, samples = 60): void => {
  const hour = { hourMs: hour0 + n * hourMs, samples, usable: samples, low: 1, high: 2, duplicates: 0 };
  found.push({ pointId: a, ...hour }, { pointId: b, ...hour });
};
const saidOf = (n: number, pointId = a) => kept.get(`${pointId} ${hour0 + n * hourMs}`);
const runAt = (n: number) => {
  nowMs = hour0 + n * hourMs + 6 * minuteMs;
  return judge(organisationId);
};

it('learns from the first hours what to expect, and misses what does not come', async () => {
  for (let n = 0; n < 20; n++) sampled(n);
  expect(await runAt(20)).toBe(40);
  expect(saidOf(19)?.completeness).toBe(null);
  sampled(20, 15);
  expect(await runAt(21)).toBe(2);
  expect(saidOf(20)?.completeness).toBe(0.25);
  expect(await runAt(22)).toBe(2);
  expect(saidOf(21)).toMatchObject({ samples: 0, completeness: 0 });
  expect(await judge(organisationId)).toBe(0);
});

it('judges an hour again when samples came late, and an hour only when it is over', async () => {
  for (let n = 0; n < 20; n++) sampled(n);
  await runAt(20);
  await runAt(22);
  const late = columnsOf([{ pointId: a, sampledAtMs: hour0 + 20 * hourMs + 5, value: 1, quality: 'good' }]);
  arrivals.note(organisationId, late, hour0 + 22 * hourMs);
  sampled(20);
  sampled(22);
  await judge(organisationId);
  expect(saidOf(20)).toMatchObject({ completeness: 1, latenessMs: 2 * hourMs - 5 });
  expect(saidOf(22)).toBe(undefined);
});

it('counts a gap that a gateway reported as known to be missing', async () => {
  gaps = [
    { gatewayId, pointIds: null, fromMs: hour0 + 30 * minuteMs, toMs: hour0 + 45 * minuteMs },
    { gatewayId, pointIds: [b], fromMs: hour0, toMs: hour0 + 15 * minuteMs },
  ];
  sampled(0);
  await runAt(1);
  expect([saidOf(0, a)?.knownMissing, saidOf(0, b)?.knownMissing]).toEqual([0.25, 0.5]);
});

it('says nothing of points that never gave a sample, and sums up those that did', async () => {
  expect(await runAt(5)).toBe(0);
  expect(await qualityOfPoints(timeSeries, points as never, nowMs)).toEqual([]);
  for (let n = 0; n < 20; n++) sampled(n);
  await runAt(20);
  for (let n = 20; n < 26; n++) await runAt(n + 1);
  const [summary] = await qualityOfPoints(timeSeries, points as never, nowMs);
  expect(summary).toMatchObject({ pointId: a, score: 0, faults: ['silent'] });
});
