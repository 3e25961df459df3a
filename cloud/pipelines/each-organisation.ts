import type { Id } from '@kuluma/shared/model/base.ts';
import type { Records } from '../ports.ts';

/**
 * Does the work for every organisation: one that fails takes no other's turn.
 * @throws AggregateError of what failed, once all had their turn.
 */
export const eachOrganisation = async (
  records: Pick<Records, 'organisationIds'>,
  work: (organisationId: Id<'organisation'>) => Promise<unknown>,
): Promise<void> => {
  const failures: unknown[] = [];
  for (const organisationId of await records.organisationIds())
    await work(organisationId).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} organisation(s) failed`);
};
