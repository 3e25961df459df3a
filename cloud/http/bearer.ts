import { timingSafeEqual } from 'node:crypto';
import { AppError } from '@kuluma/shared/errors.ts';
import type { FastifyRequest } from 'fastify';
import { hashOf } from './secrets.ts';

/** The token that a program shows (RFC 6750); empty without one. */
export const bearerOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';

/**
 * Lets a program in that shows its token (RFC 6750).
 * @param whose for the answer: `the SMS gateway`.
 * @throws NOT_SIGNED_IN without the token, and where there is none
 */
export const requireBearer = (
  request: Pick<FastifyRequest, 'headers'>,
  token: string | undefined,
  whose: string,
): void => {
  const given = bearerOf(request);
  // Of the hashes: texts of different lengths cannot be compared in constant time.
  const isIt = token !== undefined && timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(token)));
  if (!isIt) throw new AppError('NOT_SIGNED_IN', `this is not the token of ${whose}`);
};
