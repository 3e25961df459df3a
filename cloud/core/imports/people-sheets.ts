import { languages } from '@kuluma/shared/model/base.ts';
import { messageChannels } from '@kuluma/shared/model/messages.ts';
import { legalBases } from '@kuluma/shared/model/parties.ts';
import {
  calendarColumns,
  calendarOf,
  day,
  euros,
  instant,
  listOf,
  locationColumns,
  or,
  pair,
  text,
  whole,
  wordOf,
} from './cells.ts';
import { holdsFrom } from './period.ts';
import { defineSheet } from './sheet.ts';

const language = or(wordOf(languages), 'fi');

export const owners = defineSheet(
  'owners',
  {
    key: text,
    name: text,
    language,
    /** What the owner's machine data may be used for, by contract. */
    data_licence: listOf(wordOf(['ownService', 'fleetTraining'])),
    licence_from: or(instant, null),
  },
  ({ key, name, language, data_licence: purposes, licence_from }, { world, origin }) => {
    const { id: ownerId } = world.upsert('owner', key, { name, language }, origin);
    const fromMs = licence_from ?? world.nowMs;
    if (purposes.length > 0) holdsFrom(world, 'dataLicence', { ownerId }, { purposes }, fromMs, origin);
  },
);

export const contacts = defineSheet(
  'contacts',
  {
    key: text,
    owner: text,
    name: text,
    email: or(text, ''),
    phone: or(text, ''),
    language,
    roles: listOf(wordOf(['approver', 'host', 'payer'])),
    /** What allows messages about the service of their machines; empty: none are sent. */
    service_notices: or(wordOf(legalBases), null),
    notices_from: or(instant, null),
    /** By which way they want to hear; empty: as before, at first by e-mail. */
    channel: or(wordOf(messageChannels), null),
  },
  (row, { world, origin, named }) => {
    const { key, name, email, phone, language, roles: contactRoles, service_notices: legalBasis } = row;
    const ownerId = named('owner', row.owner, 'owner').id;
    const fields = { ownerId, name, email, phone, language, contactRoles };
    const { id: contactId } = world.upsert('contact', key, fields, origin);
    const about = { contactId, messageClass: 'serviceNotice' as const };
    if (legalBasis) holdsFrom(world, 'consent', about, { legalBasis }, row.notices_from ?? world.nowMs, origin);
    const { channel } = row;
    if (channel === null) return;
    const known = world
      .where('messagePreference', 'contactId', contactId)
      .find(({ messageClass }) => messageClass === about.messageClass);
    if (known) world.change('messagePreference', known, { channel }, origin);
    else world.insert('messagePreference', { ...about, channel, stoppedFromMs: null }, origin);
  },
);

export const sites = defineSheet(
  'sites',
  {
    key: text,
    name: text,
    street_address: or(text, ''),
    municipality: or(text, ''),
    ...locationColumns,
    ...calendarColumns,
  },
  (row, { world, origin }) => {
    const { key, name, street_address: streetAddress, municipality, latitude, longitude } = row;
    const location = { latitude, longitude };
    world.upsert('site', key, { name, streetAddress, municipality, location, access: calendarOf(row) }, origin);
  },
);

export const technicians = defineSheet(
  'technicians',
  {
    key: text,
    name: text,
    email: text,
    phone: or(text, ''),
    language,
    depot: text,
    ...locationColumns,
    /** `electrical:3 hydraulics:2`. */
    skills: listOf(pair(whole(1))),
    /** With the last day on which each holds. */
    certificates: listOf(pair(day)),
    ...calendarColumns,
    cost_per_hour: euros,
    cost_per_km: euros,
  },
  (row, { world, origin, named }) => {
    const { key, name, email, phone, language, latitude, longitude } = row;
    const depotId = named('depot', row.depot, 'depot').id;
    const known = world.byKey('person', key);
    // A technician who also plans keeps that role.
    const roles = known?.roles.includes('technician') ? known.roles : [...(known?.roles ?? []), 'technician' as const];
    const personId = world.upsert('person', key, { name, email, phone, language, roles }, origin).id;
    world.upsert(
      'technician',
      key,
      {
        personId,
        depotId,
        home: { latitude, longitude },
        skills: row.skills.map(({ word: skill, value: level }) => ({ skill, level })),
        certificates: row.certificates.map(({ word: code, value: validUntilOn }) => ({ code, validUntilOn })),
        working: calendarOf(row),
        costPerHourCents: row.cost_per_hour,
        costPerKmCents: row.cost_per_km,
      },
      origin,
    );
  },
);
