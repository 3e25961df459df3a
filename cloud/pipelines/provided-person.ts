import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { IdentityProvider, ProvidedIdentity } from '../access-ports.ts';
import { sameAddress } from '../core/access/people.ts';
import type { Clock, Random, Records, RecordTransaction } from '../ports.ts';
import { addPerson } from './change-person.ts';
import { organisationIn } from './organisation-in.ts';

interface ProvidedDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
  readonly wallNow: () => number;
}
type Person = RecordOf<'person'>;

const stranger = (): AppError =>
  new AppError('NOT_SIGNED_IN', 'nobody here is known by this account', { hint: 'an administrator adds people' });

const byAccount: Actor = { kind: 'policy', name: 'identity-provider' };

/** Somebody of an allowed domain whom nobody added yet. */
const newcomer = async (
  deps: ProvidedDeps,
  tx: RecordTransaction,
  organisationId: Id<'organisation'>,
  newPeople: IdentityProvider['newPeople'],
  { email = '', name = email }: ProvidedIdentity,
): Promise<Id<'person'> | undefined> => {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (email === '' || !newPeople?.domains.some((allowed) => allowed.toLowerCase() === domain)) return undefined;
  const fields = { name, email, phone: '', language: 'en' as const, roles: [newPeople.role] };
  return addPerson(deps, tx, { organisationId, actor: byAccount }, fields);
};

/**
 * The member of staff behind an account: the one who signed in by it before; else, once and for good, the one whose
 * address the provider vouches for and who signed in by no other account there; else a newcomer where they are let in.
 * @throws NOT_SIGNED_IN
 */
export const providedPerson = async (
  deps: ProvidedDeps,
  provider: Pick<IdentityProvider, 'organisationId' | 'newPeople'>,
  identity: ProvidedIdentity,
): Promise<Person> => {
  const { issuer, subject, email } = identity;
  const organisationId = await organisationIn(deps.records, provider.organisationId);
  const person = await deps.records.transact(async (tx) => {
    const [known] = await tx.list('identity', organisationId, { where: { issuer, subject } });
    if (known) return tx.get('person', organisationId, known.personId);
    const people = email === undefined ? [] : await tx.list('person', organisationId);
    // Whoever has left is no newcomer either.
    const named = people.filter((one) => sameAddress(one.email, email ?? ''));
    const personId =
      named.length > 0
        ? named.find(({ roles }) => roles.length > 0)?.id
        : await newcomer(deps, tx, organisationId, provider.newPeople, identity);
    if (!personId) return undefined;
    const others = await tx.list('identity', organisationId, { where: { personId, issuer } });
    // An address that went to somebody else does not take its first holder's rights along.
    if (others.length > 0) return undefined;
    const base = { organisationId, createdBy: byAccount, nowMs: deps.clock.now(), random: deps.random };
    await tx.insert('identity', { ...freshBase('identity', base), personId, issuer, subject });
    return tx.get('person', organisationId, personId);
  }, byAccount);
  if (!person || person.roles.length === 0) throw stranger();
  return person;
};
