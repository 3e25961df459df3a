import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Records } from '../ports.ts';

/** The organisation that is wanted, or the only one. @throws NOT_FOUND; INPUT_INVALID where one has to be named */
export const organisationIn = async (records: Records, wanted: string | undefined): Promise<Id<'organisation'>> => {
  const ids = await records.organisationIds();
  const found = wanted === undefined ? ids : ids.filter((id) => id === wanted);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (ids.length === 0)
    throw new AppError('NOT_FOUND', 'there is no organisation yet', { hint: 'make one with "kuluma admin create"' });
  if (wanted !== undefined) throw new AppError('NOT_FOUND', `there is no organisation ${wanted}`);
  throw new AppError('INPUT_INVALID', 'there are several organisations', {
    hint: `--organisation ${ids.join(' or ')}`,
  });
};
