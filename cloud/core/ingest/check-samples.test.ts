import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId, type Period } from '@kuluma/shared/model/base.ts';
import { columnsOf, type Sample, samplesOf } from '@kuluma/shared/model/sample.ts';
import { expect, it } from 'vitest';
import { checkSamples, fedTable, futureToleranceMs } from './check-samples.ts';

const random = seededRandom(7);
const [pointId, stranger] = [newId('measurementPoint', random), newId('measurementPoint', random)];
const receivedAtMs = 1_790_000_000_000;
const always: Period = { fromMs: 0, toMs: null };

const check = (fields: Partial<Sample>[], periods: readonly Period[] = [always]) => {
  const samples = columnsOf(
    fields.map((s) => ({ pointId, sampledAtMs: receivedAtMs, value: 1, quality: 'good', ...s })),
  );
  const table = fedTable(samples.pointIds, (id) => (id === pointId ? periods : undefined));
  const { kept, refused } = checkSamples(samples, table, receivedAtMs);
  return { samples, kept, values: samplesOf(kept).map((s) => s.value), refused: Object.fromEntries(refused) };
};

it('keeps the good samples beside the refused ones', () => {
  const { values, refused } = check([
    { value: Number.NaN },
    { value: 2 },
    { value: Number.NEGATIVE_INFINITY },
    { sampledAtMs: receivedAtMs + futureToleranceMs + 1 },
    { pointId: stranger },
    { value: 3, sampledAtMs: receivedAtMs + futureToleranceMs },
  ]);
  expect(values).toEqual([2, 3]);
  expect(refused).toEqual({ notFinite: 2, fromTheFuture: 1, unknownPoint: 1 });
});

it('gives back the same columns where nothing is refused', () => {
  const { samples, kept } = check([{ value: 1 }, { value: 2 }]);
  expect(kept).toBe(samples);
});

it('goes by who fed the point at the time of the sample, not now', () => {
  const earlier = { fromMs: receivedAtMs - 900, toMs: receivedAtMs - 800 };
  const later = { fromMs: receivedAtMs - 200, toMs: receivedAtMs - 100 };
  const at = [-901, -900, -801, -800, -201, -200, -101, -100];
  for (const periods of [
    [earlier, later],
    [later, earlier],
  ]) {
    const { values, refused } = check(
      at.map((ms) => ({ sampledAtMs: receivedAtMs + ms, value: ms })),
      periods,
    );
    expect(values).toEqual([-900, -801, -200, -101]);
    expect(refused).toEqual({ unknownPoint: 4 });
  }
});
