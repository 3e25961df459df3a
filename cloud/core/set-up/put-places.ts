import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { onShelf } from '../planning/parts.ts';
import { checkCalendar, checkUnlike, isTimeZone, referred } from './checks.ts';
import type { Put } from './put-people.ts';
import type { Fields } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

export const putSite = (
  { world, origin, key }: Put,
  known: RecordOf<'site'> | undefined,
  given: Fields<'site'>,
): RecordOf<'site'> => {
  checkCalendar('access', given.access);
  return world.put('site', known, given, origin, key);
};

export const putDepot = (
  { world, origin, key }: Put,
  known: RecordOf<'depot'> | undefined,
  given: Fields<'depot'>,
): RecordOf<'depot'> => {
  if (!isTimeZone(given.timeZone))
    throw new WrongEntry('timeZone', 'noZone', `there is no time zone "${given.timeZone}"`);
  return world.put('depot', known, given, origin, key);
};

/** A part's number names one part. */
export const putPart = (
  { world, origin, key }: Put,
  known: RecordOf<'part'> | undefined,
  given: Fields<'part'>,
): RecordOf<'part'> => {
  const twin = world.where('part', 'number', given.number).find(({ id }) => id !== known?.id);
  if (twin) throw new WrongEntry('number', 'taken', `another part has the number "${given.number}"`);
  return world.put('part', known, given, origin, key);
};

/** A kit has each part once. */
export const putKit = (
  { world, origin, key }: Put,
  known: RecordOf<'kit'> | undefined,
  given: Fields<'kit'>,
): RecordOf<'kit'> => {
  const twin = world.where('kit', 'code', given.code).find(({ id }) => id !== known?.id);
  if (twin) throw new WrongEntry('code', 'taken', `another kit has the code "${given.code}"`);
  given.lines.forEach(({ partId }, at) => {
    referred(world, 'part', partId, `lines/${at}/partId`);
  });
  checkUnlike(
    'lines',
    given.lines.map(({ partId }) => partId),
  );
  return world.put('kit', known, given, origin, key);
};

type Movement = RecordOf<'stockMovement'>;

/** The lines of the ledger for one part at one place. */
export const movementsOf = (world: Put['world'], partId: string, place: string): Movement[] =>
  world.where('stockMovement', 'place', place).filter((movement) => movement.partId === partId);

export const quantityOf = (movements: readonly Pick<Movement, 'quantity'>[]): number =>
  movements.reduce((sum, { quantity }) => sum + quantity, 0);

/** What was counted: the ledger gets the difference to what it says lies there. */
export const countStock = (
  { world, origin }: Put,
  { partId, place, quantity: counted }: Pick<Movement, 'partId' | 'place' | 'quantity'>,
): void => {
  referred(world, 'part', partId, 'partId');
  if (!world.get('depot', place) && !world.get('technician', place))
    throw new WrongEntry('placeId', 'gone', 'there is no such depot or technician');
  const quantity = counted - quantityOf(onShelf(movementsOf(world, partId, place)));
  const fields = { partId, place, reason: 'count' as const, causeId: null, atMs: world.nowMs };
  if (quantity !== 0) world.insert('stockMovement', { ...fields, quantity }, origin);
};
