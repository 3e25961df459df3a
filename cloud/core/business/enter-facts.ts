import type { Fault } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { stands } from '../set-up/missing.ts';
import { type Put, refuseErased } from '../set-up/put-people.ts';
import { countStock, movementsOf, putPart, quantityOf } from '../set-up/put-places.ts';
import type { ImportKind, World } from '../set-up/world.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';
import type { BusinessFacts, ContactFact, CustomerFact, PartFact } from './facts.ts';

export interface FactsPlace {
  /** `hubspot`, `businessCentral`: keys of several systems stand side by side. */
  readonly system: string;
  /** Where the quantities of parts lie; undefined: stock is left alone. */
  readonly depotId: Id<'depot'> | undefined;
}

/** Of a part that nobody has said it of. */
const usualLeadTimeDays = 14;

const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

/**
 * The record of this key, else the one record that has no key of the system yet and is the same for a person.
 * @throws WrongEntry where several could be meant
 */
const sameRecord = <K extends ImportKind>(
  { world, system }: { readonly world: World; readonly system: string },
  kind: K,
  key: string,
  { field, alike }: { readonly field: string; readonly alike: (record: RecordOf<K>) => boolean },
): RecordOf<K> | undefined => {
  const known = world.byKey(kind, key);
  if (known) return known;
  const [found, ...others] = world
    .all(kind)

    .filter(
      (record) =>
        stands(record as { readonly endedAtMs?: number }) &&
        !record.externalIds.some((id) => id.system === system) &&
        alike(record),
    );
  if (others.length > 0)
    throw new WrongEntry(field, 'taken', 'several records could be meant', 'give all but one another name');
  if (found) world.link(kind, found, key, { sheet: system, line: 0, key });
  return world.byKey(kind, key);
};

const enterCustomer = (at: Put & FactsPlace, { key, name, language }: CustomerFact): void => {
  const { world, origin } = at;
  const known = sameRecord(at, 'owner', key, { field: 'name', alike: (owner) => plain(owner.name) === plain(name) });
  // What the other system does not say stays as a person here has set it.
  world.put('owner', known, { language: 'fi', ...known, ...(language && { language }), name }, origin, key);
};

const enterContact = (at: Put & FactsPlace, fact: ContactFact): void => {
  const { world, origin } = at;
  const { key, customerKey, name, email, phone } = fact;
  const owner = world.byKey('owner', customerKey);
  if (!owner) throw new WrongEntry('customer', 'gone', `there is no customer ${customerKey}`);
  const isSame = (contact: RecordOf<'contact'>) =>
    contact.ownerId === owner.id && email !== '' && plain(contact.email) === plain(email);
  const known = sameRecord(at, 'contact', key, { field: 'email', alike: isSame });
  refuseErased(known);
  const fields = { language: owner.language, contactRoles: [], ...known, ownerId: owner.id, name, email, phone };
  world.put('contact', known, fields, origin, key);
};

const enterPart = (at: Put & FactsPlace, { number, name, priceCents }: PartFact): RecordOf<'part'> => {
  const { world } = at;
  const known = world.byKey('part', number) ?? world.where('part', 'number', number)[0];
  // Words in three languages, and how long a supplier takes, are kept here.
  const own = known ?? { name: { fi: name, sv: name, en: name }, supplierLeadTimeDays: usualLeadTimeDays };
  return putPart({ ...at, key: number }, known, { ...own, number, priceCents });
};

/** What visits took from the shelf whose invoices are not posted: the other system still counts it as there. */
const takenUnseen = (movements: readonly RecordOf<'stockMovement'>[], open: ReadonlySet<string>): number =>
  -quantityOf(movements.filter(({ reason, causeId }) => reason === 'use' && causeId !== null && open.has(causeId)));

const countPart = (at: Put & FactsPlace, part: RecordOf<'part'>, quantity: number, open: ReadonlySet<string>): void => {
  if (at.depotId === undefined) return;
  const movements = movementsOf(at.world, part.id, at.depotId);
  countStock(at, { partId: part.id, place: at.depotId, quantity: quantity - takenUnseen(movements, open) });
};

/**
 * Works what another system says into the world: it is master of names, addresses, numbers, prices and the depot's stock,
 * and of nothing else. Nothing is ended because it is absent there. A fact with a fault changes nothing; all are told.
 */
export const enterFacts = (world: World, place: FactsPlace, facts: BusinessFacts): Fault[] => {
  const faults: Fault[] = [];
  const enter = (list: string, key: string, work: (at: Put & FactsPlace) => void): void => {
    try {
      work({ world, ...place, origin: { sheet: place.system, line: 0, key } });
    } catch (error) {
      if (!(error instanceof WrongEntry)) throw error;
      const { field, message, hint } = error;
      faults.push({ path: `${place.system}/${list}/${key}/${field}`, message, ...(hint ? { hint } : {}) });
    }
  };
  const open = new Set(facts.openInvoices);
  for (const customer of facts.customers) enter('customers', customer.key, (at) => enterCustomer(at, customer));
  for (const contact of facts.contacts) enter('contacts', contact.key, (at) => enterContact(at, contact));
  for (const part of facts.parts)
    enter('parts', part.number, (at) => {
      const record = enterPart(at, part);
      if (part.quantity !== undefined) countPart(at, record, part.quantity, open);
    });
  return faults;
};
