import { AppError } from '@kuluma/shared/errors.ts';
import type { Person } from '@kuluma/shared/model/parties.ts';
import type { PersonFieldsCommand } from '@kuluma/shared/model/views/people.ts';

/** What an administrator says of a person. */
export type GivenPerson = Omit<PersonFieldsCommand, 'idempotencyKey'>;

/** Addresses are one whatever the case of their letters, as the door takes them. */
export const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** @throws INPUT_INVALID when somebody else has the address: a link that it asks for must open one page */
const checkAddress = (email: string, others: readonly Person[]): void => {
  if (!others.some((other) => other.roles.length > 0 && sameAddress(other.email, email))) return;
  const fault = { path: '/body/email', message: 'somebody else has this address', code: 'taken' };
  throw new AppError('INPUT_INVALID', fault.message, { faults: [fault] });
};

/**
 * What an administrator makes of a person. The role of a technician comes and goes with the technician's own record.
 * @param person as it is; undefined for a new one.
 * @param others everyone else of the organisation.
 * @throws INPUT_INVALID for an address that is taken; CONFLICT when nobody would be left who gives roles
 */
export const personFields = (
  person: Person | undefined,
  others: readonly Person[],
  { name, email, phone, language, roles }: GivenPerson,
): Omit<GivenPerson, 'roles'> & Pick<Person, 'roles'> => {
  checkAddress(email, others);
  const loses = person?.roles.includes('admin') && !roles.includes('admin');
  if (loses && !others.some((other) => other.roles.includes('admin')))
    throw new AppError('CONFLICT', 'nobody else is an administrator', { hint: 'make somebody else one first' });
  const technician = person?.roles.includes('technician') ? (['technician'] as const) : [];
  return { name: name.trim(), email: email.trim(), phone: phone.trim(), language, roles: [...technician, ...roles] };
};

/** Fields of a person that differ, by name: no value of a person outlives the record. */
export const changedFields = (
  before: Person,
  after: Omit<GivenPerson, 'roles'> & Pick<Person, 'roles'>,
): { name: string }[] =>
  (['name', 'email', 'phone', 'language', 'roles'] as const)
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((name) => ({ name }));
