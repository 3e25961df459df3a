import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { AlarmRecord } from '@kuluma/shared/model/gateway-reports.ts';
import { expect, it } from 'vitest';
import { alarmsOf } from './machine-alarms.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const gatewayId = newId('gateway', random);
const pointId = newId('measurementPoint', random);
const event = (occurredAtMs: number, state: 'raised' | 'cleared', over: Partial<AlarmRecord> = {}): AlarmRecord => ({
  ...freshBase('alarm', { organisationId, createdBy: { kind: 'policy', name: 'ingest' }, nowMs: 0, random }),
  gatewayId,
  pointId,
  rule: 'hot',
  state,
  severity: 'alarm',
  occurredAtMs,
  value: occurredAtMs,
  limit: 80,
  ...over,
});
const at = (ms: number) => new Date(ms).toISOString();
const told = (events: readonly AlarmRecord[]) => alarmsOf(events).map((a) => [a.rule, a.raisedAt, a.clearedAt]);

it('shows what stands first, then the newest, each with its end', () => {
  const events = [
    event(1000, 'raised'),
    event(2000, 'cleared'),
    event(1500, 'raised', { rule: 'shaking' }),
    event(4000, 'cleared'),
    event(3000, 'raised'),
  ];
  expect(told(events)).toEqual([
    ['shaking', at(1500), null],
    ['hot', at(3000), at(4000)],
    ['hot', at(1000), at(2000)],
  ]);
});

it('tells the value and limit by which it was raised', () => {
  expect(alarmsOf([event(90, 'raised'), event(95, 'cleared')])).toMatchObject([{ value: 90, limit: 80, pointId }]);
});

it('counts an event that was said twice once, and leaves out an end without its beginning', () => {
  expect(told([event(500, 'cleared'), event(1000, 'raised'), event(1100, 'raised'), event(2000, 'cleared')])).toEqual([
    ['hot', at(1000), at(2000)],
  ]);
});

it('shows a bounded number', () => {
  const events = Array.from({ length: 200 }, (_, i) => event(i, i % 2 === 0 ? 'raised' : 'cleared'));
  expect(alarmsOf(events).length).toBe(50);
  expect(alarmsOf(events)[0]?.raisedAt).toBe(at(198));
});
