import { expect, test } from 'vitest';
import type { FleetHistory, TimeUnit } from '../../history/fleet-history.ts';
import { livesOf } from '../../history/lives.ts';
import { createDutyWriter, dutyFeatures, learnDuty } from './duty-features.ts';
import { learnSignals } from './signals.ts';

/** Hours count up by 2 a day, by 6 from day 50 on; the pump is replaced on day 40. The load is 10, later 30. */
const fleet = (timeUnit: TimeUnit, days: number): FleetHistory => {
  const t = Float64Array.from({ length: days }, (_, i) => i);
  return {
    meta: {
      format: 'kuluma-fleet/1',
      name: 'pumps',
      timeUnit,
      points: { hours: { role: 'usage' }, load: { role: 'setting' }, heat: { role: 'sensor' } },
      targets: [{ component: 'pump' }],
    },
    points: ['hours', 'load', 'heat'],
    machines: [
      {
        machine: 'm',
        t,
        columns: [
          t.map((day) => 1000 + (day < 50 ? 2 * day : 100 + 6 * (day - 50))),
          t.map((day) => (day < 70 ? 10 : 30)),
          t.map((day) => day % 7),
        ],
        events: [{ t: 40, kind: 'replacement', component: 'pump', code: '' }],
        attributes: {},
      },
    ],
  };
};

const at = (history: FleetHistory, row: number): Record<string, number> => {
  const signals = learnSignals(history);
  const spec = learnDuty(history, signals);
  const names = dutyFeatures(spec).map(({ name }) => name);
  const [machine] = history.machines;
  if (!machine) throw new Error('the fleet has a machine');
  const life = livesOf(machine, 'pump').find(({ endRow }) => row < endRow);
  if (!life) throw new Error('the row belongs to a life');
  const out = new Float64Array(names.length + 1);
  expect(createDutyWriter(spec, machine, signals, life)(row, out, 0)).toBe(names.length);
  return Object.fromEntries(names.map((name, i) => [name, out[i] as number]));
};

test('usage counts from when the component was new, and how quickly it rises now', () => {
  const history = fleet('d', 100);
  expect(at(history, 30)).toMatchObject({ 'hours.last': 1060, 'hours.sinceNew': 1060, 'hours.rate': 2 });
  expect(at(history, 90)).toMatchObject({ 'hours.last': 1340, 'hours.sinceNew': 1340 - 1082, 'hours.rate': 6 });
});

test('duty is how hard the component was run, lately and since it was new', () => {
  const run = at(fleet('d', 100), 89);
  expect(run['load.mean5']).toBe(30);
  expect(run['load.mean60']).toBeCloseTo((20 * 30 + 29 * 10) / 49, 12);
  expect(run['load.meanLife']).toBeCloseTo((20 * 30 + 29 * 10) / 49, 12);
});

test('seasons are told apart only where they came round', () => {
  expect(Object.keys(at(fleet('iso', 700), 300))).not.toContain('season.sine');
  expect(Object.keys(at(fleet('d', 800), 300))).not.toContain('season.sine');
  const history = fleet('iso', 800);
  expect(at(history, 91)['season.sine']).toBeCloseTo(1, 3);
  expect(at(history, 456)['season.sine']).toBeCloseTo(at(history, 91)['season.sine'] as number, 2);
});
