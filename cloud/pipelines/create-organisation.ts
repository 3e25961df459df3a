import { type Actor, freshBase, type Id, type Language, newId } from '@kuluma/shared/model/base.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import type { Records, RecordTransaction } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Deps = Pick<PipelineDeps, 'clock' | 'random'>;

/** Of a company and its first person, unless they say another one. */
export const usualTimeZone = 'Europe/Helsinki';

export interface NewOrganisation {
  readonly organisation: string;
  /** Of its first person. */
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly timeZone: string;
}

/** Who can sign in to a new organisation. */
interface FirstPerson {
  readonly organisationId: Id<'organisation'>;
  readonly personId: Id<'person'>;
  readonly contactId: null;
  readonly roles: Role[];
}

/** An organisation with its first person, who plans, and gives others their rights. */
export const createOrganisation = async (
  { clock, random }: Deps,
  tx: RecordTransaction,
  createdBy: Actor,
  { organisation, name, email, language, timeZone }: NewOrganisation,
): Promise<FirstPerson> => {
  const organisationId = newId('organisation', random);
  const origin = { organisationId, createdBy, nowMs: clock.now(), random };
  const roles: Role[] = ['planner', 'admin'];
  const person = freshBase('person', origin);
  await tx.insert('organisation', {
    ...freshBase('organisation', origin),
    id: organisationId,
    name: organisation,
    timeZone,
  });
  await tx.insert('person', { ...person, name, email, phone: '', language, roles });
  return { organisationId, personId: person.id, contactId: null, roles };
};

/** As `createOrganisation`, on an empty store alone: of several who begin at once one gets it. @returns undefined for the others */
export const createFirstOrganisation = (
  deps: Deps & { readonly records: Records },
  given: NewOrganisation,
): Promise<FirstPerson | undefined> =>
  deps.records.transact(async (tx) => {
    if ((await tx.organisationIds()).length > 0) return undefined;
    return createOrganisation(deps, tx, { kind: 'policy', name: 'first-run' }, given);
  });
