import type { Id } from '@kuluma/shared/model/base.ts';
import type { FastifyRequest } from 'fastify';
import type { Helper } from '../core/messages/owner-pages/way-to-person.ts';
import { createLookup } from '../pipelines/lookup.ts';
import type { Records } from '../ports.ts';
import { hashOf } from './secrets.ts';
import { ownerFrameOf } from './views/owner-frame.ts';

type Asked = Pick<FastifyRequest, 'params' | 'principal' | 'log'>;

/** Of the reader, of the link that they came by, also where it is over, or the only one that there is. */
const companyOf = async (records: Records, { params, principal }: Asked): Promise<Id<'organisation'> | undefined> => {
  if (principal) return principal.organisationId;
  const { secret } = (params ?? {}) as { secret?: unknown };
  const link = typeof secret === 'string' ? await records.findSession(hashOf(secret)) : undefined;
  if (link) return link.organisationId;
  const [only, ...others] = await records.organisationIds();
  return others.length === 0 ? only : undefined;
};

/** Who helps whoever came to a page that is over, or that failed; undefined where nobody knows whose it was. */
export const helperBehind = async (records: Records, request: Asked): Promise<Helper | undefined> => {
  try {
    const organisationId = await companyOf(records, request);
    if (!organisationId) return undefined;
    return await ownerFrameOf(createLookup(records, organisationId), { language: 'fi', style: '', url: '' });
  } catch (error) {
    // The page that tells of a fault comes also where the store is the fault.
    request.log.warn({ err: error }, 'nobody knows who could help on a page that failed');
    return undefined;
  }
};
