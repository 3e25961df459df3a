import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { changedFields, type GivenPerson, personFields, sameAddress } from '../core/access/people.ts';
import type { RecordTransaction } from '../ports.ts';
import { endSessions } from './end-sessions.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

interface Who {
  readonly organisationId: Id<'organisation'>;
  readonly actor: Actor;
}
type ChangeDeps = Pick<PipelineDeps, 'clock' | 'random'> & {
  /** Epoch ms of the machine: what sessions expire on. */
  readonly wallNow: () => number;
};

/** Adds a member of staff. @throws INPUT_INVALID for an address that somebody has */
export const addPerson = async (
  { clock, random }: ChangeDeps,
  tx: RecordTransaction,
  { organisationId, actor }: Who,
  given: GivenPerson,
): Promise<Id<'person'>> => {
  const others = await tx.list('person', organisationId);
  const base = freshBase('person', { organisationId, createdBy: actor, nowMs: clock.now(), random });
  await tx.insert('person', { ...base, ...personFields(undefined, others, given) });
  return base.id;
};

/**
 * Changes a member of staff; what was changed and by whom is kept by the names of the fields. A role that is taken away
 * ends with the next request, and with the last role every session; with another address the links that the old one got.
 * @throws NOT_FOUND, CONFLICT, INPUT_INVALID
 */
export const changePerson = async (
  { clock, random, wallNow }: ChangeDeps,
  tx: RecordTransaction,
  { organisationId, actor, personId, seenVersion }: Who & { personId: Id<'person'>; seenVersion: number },
  given: GivenPerson,
): Promise<void> => {
  const all = await tx.list('person', organisationId);
  const person: RecordOf<'person'> | undefined = all.find(({ id }) => id === personId);
  if (!person || person.erasedAtMs !== undefined) throw new AppError('NOT_FOUND', 'there is no such person');
  if (person.version !== seenVersion)
    throw new AppError('CONFLICT', 'somebody changed this person since', {
      hint: 'read them again, then decide again',
    });
  const others = all.filter(({ id }) => id !== personId);
  const after = personFields(person, others, given);
  const fields = changedFields(person, after);
  if (fields.length === 0) return;
  await tx.update('person', { ...person, ...after });
  await tx.insert('setUpChange', {
    ...freshBase('setUpChange', { organisationId, createdBy: actor, nowMs: clock.now(), random }),
    ...{ subjectId: personId, change: 'changed', fields },
  });
  const holder = { personId, contactId: null };
  if (after.roles.length === 0) await endSessions(tx, organisationId, holder, wallNow());
  else if (!sameAddress(person.email, after.email))
    await endSessions(tx, organisationId, holder, wallNow(), ({ kind }) => kind === 'signInLink');
};
