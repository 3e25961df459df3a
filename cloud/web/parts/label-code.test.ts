import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { canScan, isCodeOf, labelledMachine } from './label-code.ts';

const id = newId('machine', () => 0.4);

it('reads the machine out of the address on its label, and out of its id', () => {
  expect(labelledMachine(`https://service.example.com/report/${id}`)).toBe(id);
  expect(labelledMachine(`http://127.0.0.1:8080/report/${id}?lang=sv\n`)).toBe(id);
  expect(labelledMachine(`  ${id.toUpperCase()} `)).toBe(id);
});

it('takes nothing else for a label', () => {
  for (const text of ['', 'P-07', `${id}0`, id.slice(0, -1), id.replace('mch', 'own'), `see ${id}`, `/offer/${id}`])
    expect(labelledMachine(text), text).toBeUndefined();
});

it('knows a machine by its label, its serial number and its name, however they are typed', () => {
  const machine = { machineId: id, serialNumber: 'SN 40-118', tag: 'P-07' };
  for (const code of [id, `https://service.example.com/report/${id}`, 'sn40-118', ' P-07\n'])
    expect(isCodeOf(machine, code), code).toBe(true);
  for (const code of ['', 'P-08', 'SN 40-1180', newId('machine', () => 0.5)])
    expect(isCodeOf(machine, code), code).toBe(false);
  expect(isCodeOf({ ...machine, serialNumber: '' }, ' ')).toBe(false);
});

it('asks for no camera where the browser cannot read a code', () => {
  expect(canScan()).toBe(false);
});
