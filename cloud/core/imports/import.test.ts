import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../set-up/difference.ts';
import { createWorld, type Held, type ImportKind, importKinds, type Touched } from '../set-up/world.ts';
import { planImport } from './plan-import.ts';
import type { SheetRows } from './sheet.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const nowMs = Date.parse('2026-11-22T08:00:00Z');

const nothing = Object.fromEntries(importKinds.map((kind) => [kind, []])) as unknown as Held;

/** A sheet written as a person would: cells apart by `|`. */
const sheet = (name: string, header: string, ...rows: string[]): [string, SheetRows] => [
  name,
  {
    file: `${name}.csv`,
    decimalSign: '.',
    header: header.split('|'),
    rows: rows.map((row, i) => ({ line: i + 2, cells: row.split('|') })),
  },
];

const run = (held: Held, at: number, ...sheets: [string, SheetRows][]) => {
  const actor = { kind: 'policy', name: 'test' } as const;
  const world = createWorld({ held, organisationId, system: 'erp', actor, nowMs: at, timeZone: 'UTC', random });
  return planImport({ sheets: new Map(sheets) }, world);
};

/** The records after what was planned is written. */
const after = (held: Held, touched: readonly Touched[]): Held => {
  const next: Record<string, readonly { id: string }[]> = { ...held };
  for (const { kind, after: record } of touched)
    next[kind] = [...(next[kind] ?? []).filter(({ id }) => id !== record.id), record];
  return next as unknown as Held;
};

const site = (name: string) => sheet('sites', 'key|name|latitude|longitude|mon', `S1|${name}|61.5|23.8|07:00-15:30`);
const depot = sheet('depots', 'key|name|latitude|longitude', 'D1|Depot|61.5|23.8');
const technician = (rules: string) =>
  sheet(
    'technicians',
    'key|name|email|depot|latitude|longitude|break|overtime|areas|tools|paces|cost_per_hour|cost_per_km',
    `T1|Eero|e@example.com|D1|61.5|23.8|${rules}|42|0.5`,
  );
const owner = sheet('owners', 'key|name', 'C1|Esimerkki Oy');

describe('an import', () => {
  it('reads breaks, overtime, tools and paces, leaves them where the cells are empty, and says what they want', () => {
    const made = run(
      nothing,
      nowMs,
      depot,
      technician('30 10:45-12:30|90 25.00|Tampere/Koski Tl|laserAligner|alignment:1.5'),
    );
    const held = after(nothing, made.touched);
    expect(held.technician).toMatchObject([
      {
        break: { minutes: 30, from: '10:45', to: '12:30' },
        overtime: { minutes: 90, extraPerHourCents: 2500 },
        areas: ['Tampere', 'Koski Tl'],
        tools: ['laserAligner'],
        paces: [{ kind: 'alignment', factor: 1.5 }],
      },
    ]);
    expect(run(held, nowMs, depot, technician('||||')).touched).toEqual([]);
    expect(
      run(nothing, nowMs, depot, technician('half an hour|90|||alignment:9')).faults.map(({ path }) => path),
    ).toEqual(['technicians.csv:2:7', 'technicians.csv:2:8', 'technicians.csv:2:11']);
  });

  it('reads kits of parts by their numbers, and says which part there is not', () => {
    const part = sheet('parts', 'key|name_fi|price|lead_time_days', 'K-1|Tiiviste|10|2');
    const kit = (lines: string) => sheet('kits', 'key|name_fi|parts', `SK|Sarja|${lines}`);
    const held = after(nothing, run(nothing, nowMs, part, kit('K-1:2')).touched);
    expect(held.kit).toMatchObject([{ code: 'SK', lines: [{ partId: held.part?.[0]?.id, quantity: 2 }] }]);
    expect(run(held, nowMs, kit('K-1:2')).touched).toEqual([]);
    expect(run(held, nowMs, kit('K-2:1')).faults.map(({ path }) => path)).toEqual(['kits.csv:2:3']);
    expect(run(held, nowMs, kit('')).faults.map(({ path }) => path)).toEqual(['kits.csv:2:3']);
  });

  it('reads the service level of an owner, and leaves it where the cell is empty', () => {
    const promising = (level: string) => sheet('owners', 'key|name|service_level', `C1|Esimerkki Oy|${level}`);
    const made = run(nothing, nowMs, promising('14 500.00'));
    const held = after(nothing, made.touched);
    expect(held.owner).toMatchObject([{ serviceLevel: { withinDays: 14, breachCents: 50_000 } }]);
    expect(run(held, nowMs, promising('')).touched).toEqual([]);
    expect(run(held, nowMs, promising('soon')).faults.map(({ path }) => path)).toEqual(['owners.csv:2:3']);
  });

  it('makes a record for a new key, changes the one that is known, and leaves alone what is the same', () => {
    const first = run(nothing, nowMs, site('Kangasla'), owner);
    expect(first.touched.map((one) => differenceOf(one).change)).toEqual(['new', 'new']);
    const held = after(nothing, first.touched);
    const second = run(held, nowMs, site('Kangasala'), owner);
    expect(second.touched.map(differenceOf)).toEqual([
      {
        place: 'sites.csv:2',
        key: 'S1',
        kind: 'site',
        change: 'changed',
        fields: [{ name: 'name', from: 'Kangasla', to: 'Kangasala' }],
      },
    ]);
    expect(run(after(held, second.touched), nowMs, site('Kangasala'), owner).touched).toEqual([]);
  });

  it('says of each wrong cell where it is and what is wanted, and leaves the row out', () => {
    const { faults, touched } = run(
      nothing,
      nowMs,
      sheet(
        'depots',
        'key|name|latitude|longitude',
        'D1|Tampere|61,5|23.7',
        'D2||60.9|25.6',
        'D3|Lahti|60.9|25.6',
        'D3|Oulu|65|25.4',
      ),
    );
    expect(faults.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'depots.csv:2:3 latitude is "61,5", not a number from -90 to 90',
      'depots.csv:3:2 name is empty',
      'depots.csv:5:1 the key "D3" stands on line 4 too',
    ]);
    expect(touched.map(({ origin }) => origin.key)).toEqual(['D3']);
  });

  it('says when a column is unknown, missing or there twice', () => {
    const { faults } = run(nothing, nowMs, sheet('owners', 'key|nmae|key', 'C1|x|C1'));
    expect(faults.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'owners.csv:1:2 the column "nmae" is unknown',
      'owners.csv:1:3 the column "key" stands twice',
      'owners.csv:1 the column "name" is missing',
    ]);
  });

  it('says which key a row names in vain', () => {
    const { faults } = run(nothing, nowMs, sheet('gateways', 'key|site|name', 'G1|S9|Hall 1'));
    expect(faults).toEqual([
      { path: 'gateways.csv:2:2', message: 'there is no site with the key "S9"', code: 'gone', field: 'site' },
    ]);
  });

  it('says of each fault what it is, for whoever words it in another language', () => {
    const rows = sheet('parts', 'key|name_fi|price|lead_time_days', 'K-1|Laakeri|dear|2', 'K-1||1|-1', 'K-2|x');
    expect(run(nothing, nowMs, rows).faults).toMatchObject([
      { code: 'cell.euros', field: 'price', value: 'dear' },
      { code: 'missing', field: 'name_fi' },
      { code: 'cell.number', field: 'lead_time_days', value: '-1', limit: '0–3650' },
      { code: 'keyTwice', value: 'K-1', limit: 2 },
      { code: 'cellCount', value: '2', limit: 4 },
      { code: 'missing', field: 'price' },
      { code: 'missing', field: 'lead_time_days' },
    ]);
  });

  it('reads numbers with a decimal comma where the file has one', () => {
    const [name, rows] = sheet('parts', 'key|name_fi|price|lead_time_days', 'K-1|Laakeri|1 089,50|2');
    const { touched } = run(nothing, nowMs, [name, { ...rows, decimalSign: ',' }]);
    expect(touched[0]?.after).toMatchObject({ priceCents: 108_950, name: { fi: 'Laakeri', sv: 'Laakeri' } });
  });

  it('refuses days that no calendar has', () => {
    const { faults } = run(
      nothing,
      nowMs,
      sheet('owners', 'key|name|data_licence|licence_from', 'C1|x|ownService|2026-02-30'),
    );
    expect(faults[0]?.message).toContain('"2026-02-30", not a day');
  });
});

/** A machine of one component at a site, as an import left it. */
const withMachine = (): Held => {
  const held = after(nothing, run(nothing, nowMs, site('Nokia'), owner).touched);
  const componentTypes = [{ code: 'bearing' }];
  const model = { id: newId('machineModel', random), externalIds: [{ system: 'erp', value: 'PUMP' }], componentTypes };
  const withModel = { ...held, machineModel: [model] } as unknown as Held;
  return after(withModel, run(withModel, nowMs, machine('S1')).touched);
};
const machine = (at: string, ...more: string[]) =>
  sheet('machines', 'key|model|site|owner|tag|commissioned', `M1|PUMP|${at}|C1|P-1|2020-01-01`, ...more);

const periods = <K extends ImportKind & ('component' | 'machinePlacement')>(held: Held, kind: K) =>
  held[kind].map(({ period }) =>
    [period.fromMs, period.toMs].map((ms) => (ms === null ? null : new Date(ms).toISOString().slice(0, 10))),
  );

describe('an import of machines', () => {
  it('puts a component of each kind of the model into a new machine, once', () => {
    const held = withMachine();
    expect(periods(held, 'component')).toEqual([['2020-01-01', null]]);
    expect(run(held, nowMs, machine('S1')).touched).toEqual([]);
  });

  it('keeps where a machine stood before it moved', () => {
    const held = withMachine();
    const two = sheet('sites', 'key|name|latitude|longitude', 'S2|Vasa|63|21.6');
    const moved = after(held, run(held, nowMs, two, machine('S2')).touched);
    expect(periods(moved, 'machinePlacement')).toEqual([
      ['2020-01-01', '2026-11-22'],
      ['2026-11-22', null],
    ]);
  });

  it('keeps warranty and contract apart from those before them, and leaves alone what a row does not say', () => {
    const header =
      'key|model|site|owner|tag|commissioned|warranty_from|warranty_until|warranty_covers|contract|contract_from|contract_covers|contract_per_month';
    const agreed = (cells: string) => sheet('machines', header, `M1|PUMP|S1|C1|P-1|2020-01-01|${cells}`);
    const first = agreed('2025-02-01|2027-01-31|labour part|A-1|2026-01-01|labour travel|49.50');
    const begun = withMachine();
    const held = after(begun, run(begun, nowMs, first).touched);
    expect(held.warranty).toMatchObject([{ fromOn: '2025-02-01', untilOn: '2027-01-31', covers: ['labour', 'part'] }]);
    expect(held.serviceContract).toMatchObject([{ number: 'A-1', untilOn: null, monthlyCents: 4_950, visitCents: 0 }]);
    for (const same of [first, machine('S1')]) expect(run(held, nowMs, same).touched).toEqual([]);
    const next = agreed('2025-03-01|2027-02-28||A-2|2026-12-01||60');
    const later = after(held, run(held, nowMs, next).touched);
    expect(later.warranty).toMatchObject([{ fromOn: '2025-03-01', untilOn: '2027-02-28', covers: [] }]);
    expect(later.serviceContract.map(({ number, untilOn }) => [number, untilOn])).toEqual([
      ['A-1', '2026-11-30'],
      ['A-2', null],
    ]);
    const paths = (cells: string) => run(held, nowMs, agreed(cells)).faults.map(({ path }) => path);
    expect(paths('|2027-02-28|||||')).toEqual(['machines.csv:2:7']);
    expect(paths('2027-03-01|2027-02-28|||||')).toHaveLength(1);
    expect(paths('2027-02-30|2027-03-28|||||')).toEqual(['machines.csv:2:7']);
    expect(paths('|||A-0|2025-01-01||')).toHaveLength(1);
  });

  it('ends a contract with the ownership of its machine, and hands it on to nobody', () => {
    const header = 'key|model|site|owner|tag|commissioned|contract|contract_from';
    const row = (ownerKey: string, contract: string) =>
      sheet('machines', header, `M1|PUMP|S1|${ownerKey}|P-1|2020-01-01|${contract}`);
    const begun = withMachine();
    const held = after(begun, run(begun, nowMs, row('C1', 'A-1|2026-01-01')).touched);
    const buyer = sheet('owners', 'key|name', 'C2|Ostaja Oy');
    const contracts = (cells: string) =>
      after(held, run(held, nowMs, buyer, row('C2', cells)).touched).serviceContract.map(
        ({ ownerId, number, untilOn }) => [ownerId === held.owner[0]?.id, number, untilOn],
      );
    for (const nothingNew of ['|', 'A-1|2026-01-01'])
      expect(contracts(nothingNew)).toEqual([[true, 'A-1', '2026-11-22']]);
    expect(contracts('A-1|2026-11-23')).toEqual([
      [true, 'A-1', '2026-11-22'],
      [false, 'A-1', null],
    ]);
  });

  it('cuts the life of a component at each past order, in whatever order they come', () => {
    const held = withMachine();
    const orders = (...rows: string[]) => sheet('orders', 'key|machine|component|at|kind', ...rows);
    const late = after(held, run(held, nowMs, orders('1|M1|bearing|2024-05-01|replacement')).touched);
    const both = after(late, run(late, nowMs, orders('2|M1|bearing|2022-03-01|failure')).touched);
    expect(periods(both, 'component').sort()).toEqual([
      ['2020-01-01', '2022-03-01'],
      ['2022-03-01', '2024-05-01'],
      ['2024-05-01', null],
    ]);
    expect(both.component.map(({ endedBy }) => endedBy).sort()).toEqual([null, 'failure', 'replacement'].sort());
    expect(run(both, nowMs, orders('2|M1|bearing|2022-03-01|failure')).touched).toEqual([]);
    const { faults } = run(both, nowMs, orders('3|M1|seal|2022-03-01|failure', '4|M1|bearing|2019-01-01|failure'));
    expect(faults.map(({ path }) => path)).toEqual(['orders.csv:2:3', 'orders.csv:3:4']);
  });

  it('knows the batch of the part that is in a machine now, and refuses one of no part', () => {
    const held = withMachine();
    const batches = (...rows: string[]) => sheet('batches', 'key|machine|component|batch', ...rows);
    const noted = after(held, run(held, nowMs, batches('1|M1|bearing|6309-2451')).touched);
    expect(noted.component.map(({ batch }) => batch)).toEqual(['6309-2451']);
    expect(run(noted, nowMs, batches('1|M1|bearing|6309-2451')).touched).toEqual([]);
    expect(run(held, nowMs, batches('2|M1|gear|X')).faults.map(({ path }) => path)).toEqual(['batches.csv:2:3']);
    expect(run(held, nowMs, batches(`3|M1|bearing|${'9'.repeat(61)}`)).faults).toMatchObject([
      { path: 'batches.csv:2:4', code: 'cell.textUpTo', limit: 60 },
    ]);
    const order = sheet('orders', 'key|machine|component|at|kind', '1|M1|bearing|2024-05-01|replacement');
    const installed = after(noted, run(noted, nowMs, order).touched).component.find(({ period }) => !period.toMs);
    expect(installed?.batch).toBe('6309-2451');
  });

  it('reads a checklist of several rows as one edition, a changed question as the next, and half of one never', () => {
    const header = 'key|checklist|name_fi|kind|question_fi|unit|min|max|photo';
    const rows = (limits: string, name = 'Laakeri') =>
      sheet('checklists', header, `1|BRG|${name}|yesNo|Lukittu?||||yes`, `2|BRG||value|Nopeus|mm/s|${limits}|no`);
    const made = run(nothing, nowMs, rows('0|4.5'));
    expect(made.faults).toEqual([]);
    const held = after(nothing, made.touched);
    expect(held.checklist).toMatchObject([{ code: 'BRG', machineModelId: null, failureModeCode: null }]);
    expect(held.checklistEdition).toMatchObject([
      {
        edition: 1,
        items: [
          { kind: 'yesNo', photo: true },
          { unit: 'mm/s', min: 0, max: 4.5 },
        ],
      },
    ]);
    expect(run(held, nowMs, rows('0|4.5')).touched).toEqual([]);
    const changed = run(held, nowMs, rows('0|7.1')).touched;
    expect(changed.map(({ after: record }) => record)).toMatchObject([{ edition: 2, items: [{}, { max: 7.1 }] }]);
    expect(changed.map(differenceOf)).toMatchObject([
      {
        change: 'changed',
        fields: [{ name: 'items', from: '2. Nopeus · value · 0–4.5 mm/s', to: '2. Nopeus · value · 0–7.1 mm/s' }],
      },
    ]);
    for (const [limits, path] of [
      ['7|1', 'checklists.csv:3:8'],
      ['low|', 'checklists.csv:3:7'],
    ] as const) {
      const { touched, faults } = run(nothing, nowMs, rows(limits));
      expect([touched, faults.map((fault) => fault.path)]).toEqual([[], [path]]);
    }
    expect(run(nothing, nowMs, rows('0|1', '')).faults.map(({ path }) => path)).toEqual(['checklists.csv:2:3']);
  });

  it('books the difference between what was counted and what the ledger says', () => {
    const stock = (quantity: number) => [
      sheet('depots', 'key|name|latitude|longitude', 'D1|Tampere|61.5|23.7'),
      sheet('parts', 'key|name_fi|price|lead_time_days', 'K-1|Laakeri|89|2'),
      sheet('stock', 'key|part|depot|quantity', `1|K-1|D1|${quantity}`),
    ];
    const held = after(nothing, run(nothing, nowMs, ...stock(4)).touched);
    const later = after(held, run(held, nowMs, ...stock(1)).touched);
    expect(later.stockMovement.map(({ quantity }) => quantity)).toEqual([4, -3]);
  });

  it('counts what is reserved with what lies on the shelf, so that it stays reserved', () => {
    const stock = (quantity: number) => [
      sheet('depots', 'key|name|latitude|longitude', 'D1|Tampere|61.5|23.7'),
      sheet('parts', 'key|name_fi|price|lead_time_days', 'K-1|Laakeri|89|2'),
      sheet('stock', 'key|part|depot|quantity', `1|K-1|D1|${quantity}`),
    ];
    const held = after(nothing, run(nothing, nowMs, ...stock(5)).touched);
    const [counted] = held.stockMovement;
    if (!counted) throw new Error('nothing was counted');
    const reserved = { ...counted, id: newId('stockMovement', random), quantity: -2, reason: 'reservation' as const };
    const kept = { ...held, stockMovement: [counted, reserved] };
    expect(run(kept, nowMs, ...stock(5)).touched).toEqual([]);
    const later = after(kept, run(kept, nowMs, ...stock(4)).touched);
    expect(later.stockMovement.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(2);
  });
});
