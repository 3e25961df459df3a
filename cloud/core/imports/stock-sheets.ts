import { euros, localTextOf, locationColumns, nameColumns, number, or, text, timeZone, whole } from './cells.ts';
import { defineSheet, WrongRow } from './sheet.ts';

export const depots = defineSheet(
  'depots',
  { key: text, name: text, ...locationColumns, time_zone: or(timeZone, 'Europe/Helsinki') },
  ({ key, name, latitude, longitude, time_zone }, { world, origin }) => {
    world.upsert('depot', key, { name, location: { latitude, longitude }, timeZone: time_zone }, origin);
  },
);

/** The key of a part is its number. */
export const parts = defineSheet(
  'parts',
  { key: text, ...nameColumns, price: euros, lead_time_days: number(0, 3650) },
  (row, { world, origin }) => {
    const fields = { name: localTextOf(row), priceCents: row.price, supplierLeadTimeDays: row.lead_time_days };
    world.upsert('part', row.key, { number: row.key, ...fields }, origin);
  },
);

/** What was counted: the ledger gets the difference. */
export const stock = defineSheet(
  'stock',
  { key: text, part: text, depot: or(text, null), technician: or(text, null), quantity: whole(0) },
  (row, { world, origin, named }) => {
    if ((row.depot === null) === (row.technician === null))
      throw new WrongRow('depot', 'name either a depot or a technician');
    const partId = named('part', row.part, 'part').id;
    const place = row.depot
      ? named('depot', row.depot, 'depot').id
      : named('technician', row.technician ?? '', 'technician').id;
    const held = world
      .where('stockMovement', 'place', place)
      .filter((movement) => movement.partId === partId)
      .reduce((sum, movement) => sum + movement.quantity, 0);
    const quantity = row.quantity - held;
    const fields = { partId, place, reason: 'count' as const, causeId: null, atMs: world.nowMs };
    if (quantity !== 0) world.insert('stockMovement', { ...fields, quantity }, origin);
  },
);
