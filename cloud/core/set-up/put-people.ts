import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { DataLicence, LegalBasis } from '@kuluma/shared/model/parties.ts';
import { sameAddress } from '../access/people.ts';
import { checkCalendar, checkUnlike, isDay, referred } from './checks.ts';
import { holdsFrom } from './period.ts';
import type { Fields, Origin, World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

/** How an entry becomes records: by a row of a file, under its key, or by a form. */
export interface Put {
  readonly world: World;
  readonly origin: Origin;
  /** Of the system that the rows come from. */
  readonly key?: string;
}

/** @param given.dataPurposes none: what the contract allowed ends; undefined: as it was */
export const putOwner = (
  { world, origin, key }: Put,
  known: RecordOf<'owner'> | undefined,
  given: Fields<'owner'> & { dataPurposes: DataLicence['purposes'] | undefined },
  licenceFromMs = world.nowMs,
): RecordOf<'owner'> => {
  const { dataPurposes, ...fields } = given;
  const owner = world.put('owner', known, fields, origin, key);
  const purposes = dataPurposes && (dataPurposes.length > 0 ? { purposes: dataPurposes } : null);
  holdsFrom(world, 'dataLicence', { ownerId: owner.id }, purposes, licenceFromMs, origin);
  return owner;
};

/** What is said of a contact's messages about the service of machines. */
export const aboutNotices = (contactId: Id<'contact'>) => ({ contactId, messageClass: 'serviceNotice' as const });

export const preferenceOf = (world: World, contactId: Id<'contact'>): RecordOf<'messagePreference'> | undefined =>
  world
    .where('messagePreference', 'contactId', contactId)
    .find((one) => one.purpose === undefined && one.messageClass === aboutNotices(contactId).messageClass);

/** @throws WrongEntry for somebody who was erased at their wish: whoever deals with us again is entered anew */
export const refuseErased = (known: { readonly erasedAtMs?: number } | undefined): void => {
  if (known?.erasedAtMs === undefined) return;
  throw new WrongEntry('name', 'gone', 'this person was erased at their wish', 'enter them as somebody new');
};

/** @param given.serviceNotices null: none are sent from now on; undefined, as `channel`: as it was */
export const putContact = (
  { world, origin, key }: Put,
  known: RecordOf<'contact'> | undefined,
  given: Fields<'contact'> & {
    serviceNotices: LegalBasis | null | undefined;
    channel: RecordOf<'messagePreference'>['channel'] | undefined;
  },
  noticesFromMs = world.nowMs,
): RecordOf<'contact'> => {
  refuseErased(known);
  const { serviceNotices, channel, ...fields } = given;
  referred(world, 'owner', fields.ownerId, 'ownerId', known?.ownerId);
  const contact = world.put('contact', known, fields, origin, key);
  const about = aboutNotices(contact.id);
  const basis = serviceNotices ? { legalBasis: serviceNotices } : serviceNotices;
  holdsFrom(world, 'consent', about, basis, noticesFromMs, origin);
  if (channel !== undefined) {
    const preference = preferenceOf(world, contact.id);
    const stoppedFromMs = preference?.stoppedFromMs ?? null;
    world.put('messagePreference', preference, { ...about, channel, stoppedFromMs }, origin);
    // Who says it on the phone means all of it; a file that says the same every night takes back nobody's own choice.
    if ((preference?.channel ?? 'email') !== channel)
      for (const own of world.where('messagePreference', 'contactId', contact.id))
        if (own.purpose !== undefined) world.change('messagePreference', own, { channel }, origin);
  }
  return contact;
};

type PersonFields = Omit<Fields<'person'>, 'roles'>;

/**
 * Links to sign in go to the address: whoever changes it signs in as that person, whatever their role, and as somebody who
 * has left once they are back. Administrators do, after a second factor (`changePerson`). Nor is a first one given to
 * somebody who may come in without: by a link that was handed over, or a passkey. And one that two people have would open
 * the pages of either.
 * @throws WrongEntry
 */
const refuseAddress = (world: World, known: RecordOf<'person'> | undefined, email: string): void => {
  if (known && sameAddress(known.email, email)) return;
  if (known)
    throw new WrongEntry(
      'email',
      'byAdmin',
      'this person signs in by the address that is known',
      'leave it as it is here; an administrator changes it in People and rights',
    );
  const isTaken = (other: RecordOf<'person'>) => other.roles.length > 0 && sameAddress(other.email, email);
  if (email !== '' && world.all('person').some(isTaken))
    throw new WrongEntry(
      'email',
      'taken',
      'somebody else has this address',
      'if they are one, use the key of that one',
    );
};

/** A technician with the person whose name stands apart from the plan; one who also plans keeps that role. */
export const putTechnician = (
  { world, origin, key }: Put,
  known: { person: RecordOf<'person'> | undefined; technician: RecordOf<'technician'> | undefined },
  given: PersonFields & Omit<Fields<'technician'>, 'personId'>,
): RecordOf<'technician'> => {
  refuseErased(known.person);
  const { name, email, phone, language, ...fields } = given;
  refuseAddress(world, known.person, email);
  referred(world, 'depot', fields.depotId, 'depotId', known.technician?.depotId);
  checkCalendar('working', fields.working);
  if (fields.break && fields.break.to < fields.break.from)
    throw new WrongEntry('break/to', 'backwards', 'the break may begin until after it may begin');
  checkUnlike(
    'skills',
    fields.skills.map(({ skill }) => skill),
  );
  checkUnlike('areas', fields.areas ?? []);
  checkUnlike('tools', fields.tools ?? []);
  checkUnlike(
    'paces',
    (fields.paces ?? []).map(({ kind }) => kind),
  );
  const wrong = fields.certificates.findIndex(({ validUntilOn }) => !isDay(validUntilOn));
  if (wrong >= 0) throw new WrongEntry(`certificates/${wrong}/validUntilOn`, 'noDay', 'there is no such day');
  const { person } = known;
  const roles = person?.roles.includes('technician') ? person.roles : [...(person?.roles ?? []), 'technician' as const];
  const { id: personId } = world.put('person', person, { name, email, phone, language, roles }, origin, key);
  return world.put('technician', known.technician, { personId, ...fields }, origin, key);
};
