import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId, type Period } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { expect, it } from 'vitest';
import { checkBatch, futureToleranceMs } from './check-batch.ts';

const random = seededRandom(7);
const pointId = newId('measurementPoint', random);
const receivedAtMs = 1_790_000_000_000;
const always: Period = { fromMs: 0, toMs: null };

const check = (samples: Partial<Sample>[], periods: readonly Period[] = [always]) =>
  checkBatch(
    {
      organisationId: newId('organisation', random),
      receivedAtMs,
      batch: {
        gatewayId: newId('gateway', random),
        epoch: 1,
        class: 'live',
        seq: 0,
        samples: samples.map((s) => ({ pointId, sampledAtMs: receivedAtMs, value: 1, quality: 'good', ...s })),
      },
    },
    (id) => (id === pointId ? periods : []),
  );

it('keeps the good samples of a batch beside the refused ones', () => {
  const { kept, refused } = check([
    { value: Number.NaN },
    { value: 2 },
    { value: Number.NEGATIVE_INFINITY },
    { sampledAtMs: receivedAtMs + futureToleranceMs + 1 },
    { pointId: newId('measurementPoint', random) },
    { value: 3, sampledAtMs: receivedAtMs + futureToleranceMs },
  ]);
  expect(kept.map((s) => s.value)).toEqual([2, 3]);
  expect(Object.fromEntries(refused)).toEqual({ notFinite: 2, fromTheFuture: 1, unknownPoint: 1 });
});

it('goes by who fed the point at the time of the sample, not now', () => {
  const period = { fromMs: receivedAtMs - 200, toMs: receivedAtMs - 100 };
  const at = [-201, -200, -101, -100].map((ms) => ({ sampledAtMs: receivedAtMs + ms, value: ms }));
  const { kept, refused } = check(at, [period]);
  expect(kept.map((s) => s.value)).toEqual([-200, -101]);
  expect(refused.get('unknownPoint')).toBe(2);
});
