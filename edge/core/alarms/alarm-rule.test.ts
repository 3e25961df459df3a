import { parse } from '@kuluma/shared/model/validate.ts';
import { Default } from 'typebox/value';
import { expect, it } from 'vitest';
import { AlarmRule, alarmFaults, checksOf } from './alarm-rule.ts';

const ruleOf = (over: object): AlarmRule =>
  parse(AlarmRule, Default(AlarmRule, { name: 'r', point: 'vibration', ...over }), 'rule');

it('makes one limit of each kind, with a hysteresis of 5 % where none is given', () => {
  const base = { rule: 'r', severity: 'alarm', delayMs: 0 };
  expect(checksOf(ruleOf({ above: 80 }))).toEqual([{ ...base, sense: 1, limit: 80, hysteresis: 4 }]);
  expect(checksOf(ruleOf({ below: -10, hysteresis: 1, severity: 'warning', delayMs: 5 }))).toEqual([
    { rule: 'r', severity: 'warning', delayMs: 5, sense: -1, limit: -10, hysteresis: 1 },
  ]);
  expect(checksOf(ruleOf({ fallingPerMinute: 2, overMs: 5000 }))).toEqual([
    { ...base, sense: -1, limit: -2, hysteresis: 0.1, overMs: 5000 },
  ]);
});

it('makes the zones of ISO 20816-3 by group and support', () => {
  const limits = (over: object) => checksOf(ruleOf({ zones: over })).map((c) => [c.rule, c.severity, c.limit]);
  expect(limits({ group: '2', support: 'rigid' })).toEqual([
    ['r C', 'warning', 2.8],
    ['r D', 'alarm', 4.5],
  ]);
  expect(limits({ group: '1', support: 'flexible', from: 'B' })).toEqual([
    ['r B', 'warning', 3.5],
    ['r C', 'warning', 7.1],
    ['r D', 'alarm', 11],
  ]);
  expect(limits({ boundaries: [1, 2, 3], from: 'D' })).toEqual([['r D', 'alarm', 3]]);
});

it('lets good rules pass', () => {
  const rules = [ruleOf({ above: 1 }), ruleOf({ name: 'zones', zones: { group: '1', support: 'rigid' } })];
  expect(alarmFaults(rules, ['vibration'])).toEqual([]);
});

it.each<[object, string]>([
  [{}, 'r: it says one of above, below, risingPerMinute, fallingPerMinute, zones'],
  [{ above: 1, below: 0 }, 'r: it says one of above, below, risingPerMinute, fallingPerMinute, zones'],
  [{ above: 1, point: 'flow' }, 'r: the device has no point flow'],
  [{ zones: { group: '1' } }, 'r: zones need a group and a support, or boundaries'],
  [{ zones: { group: '1', boundaries: [1, 2, 3] } }, 'r: zones have a group or boundaries, not both'],
  [{ zones: { boundaries: [1, 3, 2] } }, 'r: the boundaries of zones rise'],
])('says what is wrong with %o', (over, fault) => {
  expect(alarmFaults([ruleOf(over)], ['vibration'])).toEqual([fault]);
});

it('refuses two rules of one name', () => {
  expect(alarmFaults([ruleOf({ above: 1 }), ruleOf({ above: 2 })], ['vibration'])).toEqual([
    'r: another rule has this name',
  ]);
});
