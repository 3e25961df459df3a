import { resolve } from 'node:path';
import { readImport } from '@kuluma/cloud/adapters/import-files/read-import.ts';
import { type ImportInput, planImport } from '@kuluma/cloud/core/imports/plan-import.ts';
import { type PrintedSetUp, printSetUp } from '@kuluma/cloud/core/imports/print-sheets.ts';
import { createWorld, type Held, importKinds } from '@kuluma/cloud/core/set-up/world.ts';
import { exportedFields, exportedKinds } from '@kuluma/cloud/pipelines/record-rows.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';

const examples = resolve(import.meta.dirname, '../../docs/examples/import');
const random = seededRandom(5);
const nowMs = Date.parse('2026-11-23T08:00:00Z');
const nothing = Object.fromEntries(importKinds.map((kind) => [kind, []])) as unknown as Held;

const worldOf = (held: Held, system = 'erp') =>
  createWorld({
    ...{ held, system, nowMs, random, timeZone: 'UTC', organisationId: newId('organisation', random) },
    actor: { kind: 'policy', name: 'test' },
  });
const heldOf = (world: ReturnType<typeof worldOf>): Held =>
  Object.fromEntries(importKinds.map((kind) => [kind, world.all(kind)])) as unknown as Held;

const asInput = ({ sheets, machineModels }: PrintedSetUp): ImportInput => ({
  sheets: new Map(
    sheets.map(({ name, header, rows }) => [
      name,
      { file: `${name}.csv`, decimalSign: '.', header, rows: rows.map((cells, i) => ({ line: i + 2, cells })) },
    ]),
  ),
  machineModels: { file: 'machine-models.json', value: machineModels },
});

/** Cells by which each row of a sheet says more than its example does. */
const more: Record<string, Record<string, string>> = {
  machines: {
    ...{ warranty_from: '2025-01-01', warranty_until: '2027-01-31', warranty_covers: 'labour part' },
    ...{ warranty_terms: 'as sold, with "all" parts', contract: 'HS-7', contract_from: '2026-02-01' },
    ...{ contract_covers: 'travel', contract_per_month: '120.50', contract_per_visit: '80.00' },
    contract_terms: '=1+2; from "hall 2"',
  },
  sites: { sat: '08:00-12:00', sun: '10:00-12:00' },
  owners: { service_level: '14 500.00' },
  contacts: { channel: 'sms' },
  technicians: {
    ...{ break: '30 10:45-12:30', overtime: '90 25.00', areas: 'Tampere/Koski Tl' },
    ...{ tools: '"laser aligner" crane', paces: 'alignment:1.5', phone: '+358 00 000 0000' },
    ...{ sat: '08:00-12:00', sun: '10:00-12:00', closed_on: '2026-12-24' },
  },
};

const filledIn = async (): Promise<ImportInput> => {
  const input = await readImport(examples);
  const sheets = [...input.sheets].map(([name, sheet]) => {
    const extra = Object.entries(more[name] ?? {});
    const kept = sheet.header.filter((column) => !extra.some(([added]) => added === column));
    const rows = sheet.rows.map(({ line, cells }) => ({
      line,
      cells: [...kept.map((column) => cells[sheet.header.indexOf(column)] ?? ''), ...extra.map(([, value]) => value)],
    }));
    return [name, { ...sheet, header: [...kept, ...extra.map(([column]) => column)], rows }] as const;
  });
  return { ...input, sheets: new Map(sheets) };
};

const imported = async (): Promise<Held> => {
  const world = worldOf(nothing);
  expect(planImport(await filledIn(), world).faults).toEqual([]);
  return heldOf(world);
};

it('reads its own files back without any change', async () => {
  const held = await imported();
  const again = worldOf(held);
  expect(planImport(asInput(printSetUp(worldOf(held), 'erp')), again)).toEqual({ touched: [], faults: [] });
});

it('knows what was made by hand by its id, number or code', async () => {
  const held = await imported();
  const byHand = Object.fromEntries(
    Object.entries(held).map(([kind, records]) => [kind, records.map((record) => ({ ...record, externalIds: [] }))]),
  ) as unknown as Held;
  const again = worldOf(byHand);
  expect(planImport(asInput(printSetUp(worldOf(byHand), 'erp')), again)).toEqual({ touched: [], faults: [] });
});

it('makes the same set-up in another organisation', async () => {
  const printed = printSetUp(worldOf(await imported()), 'erp');
  const other = worldOf(nothing);
  expect(planImport(asInput(printed), other).faults).toEqual([]);
  expect(printSetUp(worldOf(heldOf(other)), 'erp')).toEqual(printed);
});

it('fills every column of every file', async () => {
  const { sheets } = printSetUp(worldOf(await imported()), 'erp');
  // A contract without an end has no last day.
  const mayBeEmpty = new Set(['machines contract_until']);
  const idle = sheets.flatMap(({ name, header, rows }) =>
    header.filter((_, i) => rows.every((cells) => cells[i] === '')).map((column) => `${name} ${column}`),
  );
  expect(idle.filter((column) => !mayBeEmpty.has(column))).toEqual([]);
});

it('says which machines a file cannot tell of', async () => {
  const held = await imported();
  const lost = { ...held, machineOwnership: held.machineOwnership.slice(1) };
  const { leftOut, sheets } = printSetUp(worldOf(lost), 'erp');
  expect(leftOut.map(({ id }) => id)).toEqual([held.machineOwnership[0]?.machineId]);
  expect(sheets.find(({ name }) => name === 'machines')?.rows).toHaveLength(held.machine.length - 1);
});

it('exports no secret with the records', () => {
  const fields = exportedKinds.flatMap((kind) => exportedFields(kind).map((field) => `${kind}.${field}`));
  expect(fields).toContain('machine.serialNumber');
  // These show that something is unchanged, and open nothing: without them no export could be checked.
  const proofs = ['auditEntry.hash', 'auditEntry.previousHash', 'forecast.modelHash', 'forecast.configHash'];
  expect(fields).toEqual(expect.arrayContaining(proofs));
  const open = fields.filter((field) => !/^auditEntry\.(previousH|h)ash$|\.(model|config)Hash$/.test(field));
  expect(open.filter((field) => /hash|secret|token|password|otp|recovery|enrol/i.test(field))).toEqual([]);
});
