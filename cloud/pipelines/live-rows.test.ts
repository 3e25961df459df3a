import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, type Id, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { TimeSeriesStore } from '../ports.ts';
import type { LiveMachine } from './live-machine.ts';
import { lastRowEnd, liveRows } from './live-rows.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const startMs = Date.UTC(2026, 10, 22);
const base = <K extends 'machine' | 'measurementPoint'>(kind: K) =>
  freshBase(kind, { organisationId, createdBy: { kind: 'policy', name: 'test' }, nowMs: startMs, random });

const machine: RecordOf<'machine'> = {
  ...base('machine'),
  machineModelId: newId('machineModel', random),
  tag: 'B-1',
  serialNumber: '',
  commissionedAtMs: startMs,
};
const point = (name: string, role: 'sensor' | 'usage'): RecordOf<'measurementPoint'> => ({
  ...base('measurementPoint'),
  machineId: machine.id,
  name,
  role,
  unit: '1',
  alarmLimit: null,
});
const vibration = point('vibration', 'sensor');

const model = (timeUnit: ForecastModel['timeUnit']): ForecastModel => ({
  format: 'kuluma-forecast-model/4',
  codeVersion: 'test',
  fleet: 'test',
  seed: 1,
  timeUnit,
  rowInterval: timeUnit === 's' ? 10 : 1,
  points: [{ name: 'vibration', role: 'sensor' }],
  signals: {} as ForecastModel['signals'],
  sections: {},
  targets: [],
  leftOut: [],
});

/** Instant of arrival, time of the row, vibration: the second row came late, the third soon after it. */
const recorded: readonly (readonly [atMs: number, t: number, vibration: number])[] = [
  [startMs + 1_000, 10, 0.5],
  [startMs + 34_000, 20, 0.6],
  [startMs + 36_000, 30, 0.7],
];

const storeOf = (samples: ReadonlyMap<Id<'measurementPoint'>, readonly (readonly [number, number])[]>) => {
  const read: TimeSeriesStore['read'] = async ({ pointId }) =>
    (samples.get(pointId) ?? []).map(
      ([sampledAtMs, value]): Sample => ({ pointId, sampledAtMs, value, quality: 'good' }),
    );
  return { read } as TimeSeriesStore;
};

/** A machine whose usage point counts what the recording has as time, and its rows. */
const rowsOf = (unit: ForecastModel['timeUnit'], counterName: string) => {
  const counter = point(counterName, 'usage');
  const samples = new Map([
    [counter.id, recorded.map(([atMs, t]) => [atMs, t] as const)],
    [vibration.id, recorded.map(([atMs, , value]) => [atMs, value] as const)],
  ]);
  const live: LiveMachine = {
    machine,
    points: [vibration, counter],
    components: [],
    newestSampleMs: startMs + 36_000,
    nowMs: startMs + 40_000,
  };
  return { live, rows: () => liveRows(storeOf(samples), model(unit), live) };
};

describe('rows of a recording that is played back', () => {
  it('go by its own time, however fast it comes', async () => {
    expect((await rowsOf('s', 'recordedTime').rows())?.rows).toMatchObject({
      t: Float64Array.of(10, 20, 30),
      columns: [Float64Array.of(0.5, 0.6, 0.7)],
    });
  });

  it('last as long as their unit says, where cycles last as long as they did of late', async () => {
    expect(await rowsOf('s', 'recordedTime').rows()).toMatchObject({ daysPerUnit: 1000 / dayMs });
    expect(await rowsOf('cycle', 'cycle').rows()).toMatchObject({ daysPerUnit: 35_000 / 20 / dayMs });
  });

  it('are not known to end before the samples were read', () => {
    expect(lastRowEnd(model('s'), rowsOf('s', 'recordedTime').live)).toBeUndefined();
    expect(lastRowEnd(model('s'), rowsOf('s', 'runHours').live)).toBe(startMs + 40_000);
  });
});
