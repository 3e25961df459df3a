import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { Person } from '@kuluma/shared/model/parties.ts';
import { describe, expect, it } from 'vitest';
import { changedFields, personFields } from './people.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const personOf = (email: string, ...roles: Person['roles']): Person => ({
  ...freshBase('person', { organisationId, createdBy: { kind: 'policy', name: 'test' }, nowMs: 0, random }),
  ...{ name: 'Somebody', email, phone: '', language: 'fi', roles },
});
const given = { name: ' A Person ', email: 'a@example.com', phone: '', language: 'sv' as const };

describe('people', () => {
  it('are given roles, and stay technicians while they are', () => {
    const person = personOf('a@example.com', 'technician');
    const after = personFields(person, [], { ...given, roles: ['planner'] });
    expect(after).toMatchObject({ name: 'A Person', roles: ['technician', 'planner'] });
    expect(changedFields(person, after).map(({ name }) => name)).toEqual(['name', 'language', 'roles']);
  });

  it('have an address of their own, in letters of any case', () => {
    const other = personOf('A@Example.com', 'planner');
    expect(() => personFields(undefined, [other], { ...given, roles: [] })).toThrow('somebody else');
    expect(() => personFields(undefined, [personOf('A@Example.com')], { ...given, roles: [] })).not.toThrow();
  });

  it('keep an administrator among them', () => {
    const last = personOf('a@example.com', 'admin');
    expect(() => personFields(last, [personOf('b@example.com', 'planner')], { ...given, roles: [] })).toThrow(
      'nobody else is an administrator',
    );
    expect(personFields(last, [personOf('b@example.com', 'admin')], { ...given, roles: [] }).roles).toEqual([]);
  });
});
