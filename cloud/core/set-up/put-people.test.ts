import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import { expect, it } from 'vitest';
import { putTechnician } from './put-people.ts';
import { createWorld, type Held, importKinds } from './world.ts';

const random = seededRandom(3);
const organisationId = newId('organisation', random);
const actor = { kind: 'policy', name: 'test' } as const;
const base = { organisationId, createdBy: actor, nowMs: 0, random };
const at = { latitude: 61, longitude: 24 };
const depot: RecordOf<'depot'> = {
  ...freshBase('depot', base),
  ...{ name: 'North', location: at, timeZone: 'Europe/Helsinki', externalIds: [] },
};

const other: RecordOf<'person'> = {
  ...freshBase('person', base),
  ...{ name: 'Ben Borg', email: 'ben@example.com', phone: '', language: 'sv', roles: ['admin'], externalIds: [] },
};

const changeOf = (roles: readonly Role[], email: string, isKnown = true, before = 'anna@example.com') => {
  const person: RecordOf<'person'> = {
    ...freshBase('person', base),
    ...{ name: 'Anna Aalto', email: before, phone: '', language: 'fi', roles: [...roles], externalIds: [] },
  };
  const nothing = Object.fromEntries(importKinds.map((kind) => [kind, []])) as unknown as Held;
  const held = { ...nothing, depot: [depot], person: [person, other] };
  const world = createWorld({ held, organisationId, system: 'erp', actor, nowMs: 0, timeZone: 'UTC', random });
  putTechnician(
    { world, origin: { sheet: 'technicians.csv', line: 2, key: 't1' } },
    { person: isKnown ? person : undefined, technician: undefined },
    {
      ...{ name: 'Anna Aalto', email, phone: '1', language: 'fi', depotId: depot.id, home: at, skills: [] },
      ...{ certificates: [], working: { timeZone: 'Europe/Helsinki', hours: [], closedOn: [] } },
      ...{ costPerHourCents: 5000, costPerKmCents: 50 },
    },
  );
  return world.get('person', person.id)?.email;
};

it('moves the links of nobody to another address, whatever their roles, and also of nobody who has left', () => {
  const roles: readonly Role[] = ['technician', 'planner', 'admin', 'auditor'];
  for (let set = 0; set < 2 ** roles.length; set++) {
    const own = roles.filter((_, i) => set & (2 ** i));
    for (const to of ['other@example.com', ''])
      expect(() => changeOf(own, to), own.join()).toThrow(expect.objectContaining({ code: 'byAdmin', field: 'email' }));
    expect(changeOf(own, 'Anna@example.com'), own.join()).toBe('Anna@example.com');
  }
  expect(() => changeOf(['technician'], 'other@example.com')).toThrow('signs in by the address');
});

it('gives a first address to nobody who may come in without one, and to whoever is new', () => {
  expect(() => changeOf(['technician'], 'other@example.com', true, '')).toThrow(
    expect.objectContaining({ code: 'byAdmin' }),
  );
  expect(() => changeOf(['technician'], 'other@example.com', false)).not.toThrow();
});

it('gives nobody an address that somebody else signs in by', () => {
  expect(() => changeOf(['technician'], 'Ben@Example.com', false)).toThrow(
    expect.objectContaining({ code: 'taken', field: 'email' }),
  );
  expect(() => changeOf(['planner'], 'anna@example.com', false)).toThrow('somebody else');
  // Whoever has left signs in no more.
  expect(() => changeOf([], 'anna@example.com', false)).not.toThrow();
});
