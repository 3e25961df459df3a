import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import type { RecordQuery } from '../../ports.ts';
import { forecastHistoryOf } from './forecast-history.ts';

type Forecast = RecordOf<'forecast'>;

/** A store of one machine with two components, forecast each hour; counts how many records are read. */
const storeOf = (hours: number) => {
  const forecasts = Array.from({ length: hours }, (_, hour) =>
    ['bearing', 'seal'].map(
      (componentCode): Partial<Forecast> => ({
        ...{ componentCode, rulDays: null, healthGrade: 'good' },
        ...{ forecastAtMs: hour * hourMs, createdAtMs: hour * hourMs + 1 },
      }),
    ),
  ).flat() as Forecast[];
  const read = { records: 0 };
  const found = ({ createdFromMs = 0, createdBeforeMs = Infinity }: RecordQuery<'forecast'>) =>
    forecasts.filter(({ createdAtMs }) => createdFromMs <= createdAtMs && createdAtMs < createdBeforeMs);
  const lookup = {
    count: async (_: string, query: RecordQuery<'forecast'> = {}) => found(query).length,
    list: async (_: string, query: RecordQuery<'forecast'> = {}) => {
      const all = query.newestFirst ? found(query).reverse() : found(query);
      const some = all.slice(0, query.limit ?? all.length);
      read.records += some.length;
      return some;
    },
    by: async () => [{}, {}],
  } as unknown as Parameters<typeof forecastHistoryOf>[0];
  return { lookup, read };
};
const always = [{ fromMs: 0, toMs: Infinity }];

it('tells all of a short past', async () => {
  const { lookup } = storeOf(100);
  const nowMs = 100 * hourMs;
  expect(await forecastHistoryOf(lookup, 'm', { fromMs: 50 * hourMs, nowMs, ranges: always })).toHaveLength(100);
});

it('tells a year from its first day to its last, for each component, without reading all of it', async () => {
  const { lookup, read } = storeOf(365 * 24);
  const nowMs = 365 * dayMs;
  for (const fromMs of [0, -50 * 365 * dayMs]) {
    read.records = 0;
    const history = await forecastHistoryOf(lookup, 'm', { fromMs, nowMs, ranges: [{ fromMs, toMs: Infinity }] });
    expect(read.records).toBeLessThan(1_000);
    for (const code of ['bearing', 'seal']) {
      const days = history
        .filter(({ componentCode }) => componentCode === code)
        .map((one) => Date.parse(one.forecastAt) / dayMs);
      expect(days.length).toBeGreaterThan(290);
      expect(days[0]).toBeLessThan(3);
      expect(days.at(-1)).toBeGreaterThan(364.9);
    }
  }
});
