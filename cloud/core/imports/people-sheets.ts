import { languages } from '@kuluma/shared/model/base.ts';
import { messageChannels } from '@kuluma/shared/model/messages.ts';
import { dataPurposes, legalBases, contactRoles as roleWords } from '@kuluma/shared/model/parties.ts';
import { putContact, putOwner, putTechnician } from '../set-up/put-people.ts';
import { putSite } from '../set-up/put-places.ts';
import {
  calendarColumns,
  calendarOf,
  day,
  dayBreak,
  euros,
  instant,
  listOf,
  locationColumns,
  names,
  number,
  or,
  overtime,
  pair,
  serviceLevel,
  text,
  whole,
  word,
  wordOf,
} from './cells.ts';
import { defineSheet } from './sheet.ts';

const language = or(wordOf(languages), 'fi');

export const owners = defineSheet(
  'owners',
  {
    key: text,
    name: text,
    language,
    /** What the owner's machine data may be used for, by contract. */
    data_licence: listOf(wordOf(dataPurposes)),
    licence_from: or(instant, null),
    /** Empty: as before. */
    service_level: or(serviceLevel, undefined),
  },
  ({ key, name, language, data_licence: purposes, licence_from, service_level: level }, { world, origin }) => {
    const promised = level ? { serviceLevel: level } : {};
    const given = { name, language, ...promised, dataPurposes: purposes.length > 0 ? purposes : undefined };
    putOwner({ world, origin, key }, world.byKey('owner', key), given, licence_from ?? world.nowMs);
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
    roles: listOf(wordOf(roleWords)),
    /** What allows messages about the service of their machines; empty: none are sent. */
    service_notices: or(wordOf(legalBases), null),
    notices_from: or(instant, null),
    /** By which way they want to hear; empty: as before, at first by e-mail. */
    channel: or(wordOf(messageChannels), null),
  },
  (row, { world, origin, named }) => {
    const { key, name, email, phone, language, roles: contactRoles, service_notices, channel } = row;
    const ownerId = named('owner', row.owner, 'owner').id;
    const fields = { ownerId, name, email, phone, language, contactRoles };
    const given = { ...fields, serviceNotices: service_notices ?? undefined, channel: channel ?? undefined };
    putContact({ world, origin, key }, world.byKey('contact', key), given, row.notices_from ?? world.nowMs);
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
    const given = { name, streetAddress, municipality, location, access: calendarOf(row) };
    putSite({ world, origin, key }, world.byKey('site', key), given);
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
    /** Empty: as before. */
    break: or(dayBreak, undefined),
    overtime: or(overtime, undefined),
    /** Municipalities that are served. */
    areas: or(names, undefined),
    tools: or(listOf(word), undefined),
    /** How many times as long work of a kind takes: `alignment:1.5`. */
    paces: or(listOf(pair(number(0.25, 4))), undefined),
    cost_per_hour: euros,
    cost_per_km: euros,
  },
  (row, { world, origin, named }) => {
    const { key, name, email, phone, language, latitude, longitude } = row;
    const depotId = named('depot', row.depot, 'depot').id;
    const technician = world.byKey('technician', key);
    const person = technician ? world.get('person', technician.personId) : world.byKey('person', key);
    putTechnician(
      { world, origin, key },
      { person, technician },
      {
        ...{ name, email, phone, language, depotId },
        home: { latitude, longitude },
        skills: row.skills.map(({ word: skill, value: level }) => ({ skill, level })),
        certificates: row.certificates.map(({ word: code, value: validUntilOn }) => ({ code, validUntilOn })),
        working: calendarOf(row),
        ...(row.break ? { break: row.break } : {}),
        ...(row.overtime ? { overtime: row.overtime } : {}),
        ...(row.areas ? { areas: row.areas } : {}),
        ...(row.tools ? { tools: row.tools } : {}),
        ...(row.paces ? { paces: row.paces.map(({ word: kind, value: factor }) => ({ kind, factor })) } : {}),
        costPerHourCents: row.cost_per_hour,
        costPerKmCents: row.cost_per_km,
      },
    );
  },
);
