import { countStock, putDepot, putKit, putPart } from '../set-up/put-places.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';
import {
  euros,
  listOf,
  localTextOf,
  locationColumns,
  nameColumns,
  number,
  or,
  pair,
  text,
  timeZone,
  whole,
} from './cells.ts';
import { defineSheet } from './sheet.ts';

export const depots = defineSheet(
  'depots',
  { key: text, name: text, ...locationColumns, time_zone: or(timeZone, 'Europe/Helsinki') },
  ({ key, name, latitude, longitude, time_zone }, { world, origin }) => {
    const given = { name, location: { latitude, longitude }, timeZone: time_zone };
    putDepot({ world, origin, key }, world.byKey('depot', key), given);
  },
);

/** The key of a part is its number. */
export const parts = defineSheet(
  'parts',
  { key: text, ...nameColumns, price: euros, lead_time_days: number(0, 3650) },
  (row, { world, origin }) => {
    const fields = { name: localTextOf(row), priceCents: row.price, supplierLeadTimeDays: row.lead_time_days };
    putPart({ world, origin, key: row.key }, world.byKey('part', row.key), { number: row.key, ...fields });
  },
);

/** Parts that go together, by their numbers. */
export const kits = defineSheet(
  'kits',
  { key: text, ...nameColumns, parts: listOf(pair(whole(1))) },
  (row, { world, origin, named }) => {
    const lines = row.parts.map(({ word, value }) => ({ partId: named('part', word, 'parts').id, quantity: value }));
    if (lines.length === 0) throw new WrongEntry('parts', 'gone', 'a kit has parts');
    putKit({ world, origin, key: row.key }, world.byKey('kit', row.key), {
      ...{ code: row.key, name: localTextOf(row), lines },
    });
  },
);

/** What was counted: the ledger gets the difference. */
export const stock = defineSheet(
  'stock',
  { key: text, part: text, depot: or(text, null), technician: or(text, null), quantity: whole(0) },
  (row, { world, origin, named }) => {
    if ((row.depot === null) === (row.technician === null))
      throw new WrongEntry('depot', 'either', 'name either a depot or a technician');
    const partId = named('part', row.part, 'part').id;
    const place = row.depot
      ? named('depot', row.depot, 'depot').id
      : named('technician', row.technician ?? '', 'technician').id;
    countStock({ world, origin }, { partId, place, quantity: row.quantity });
  },
);
