import { AppError } from '@kuluma/shared/errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The entity tag of a versioned record. */
export const etagOf = (version: number): string => `"${version}"`;

/** Sends a view of one record with the version that a command on it has to name. */
export const sendVersioned = <View extends { version: number }>(reply: FastifyReply, view: View): View => {
  reply.header('etag', etagOf(view.version));
  return view;
};

/**
 * The version that the client has seen, from `If-Match`.
 * @throws PRECONDITION_REQUIRED without the header; INPUT_INVALID when it is not one of our tags.
 */
export const seenVersionOf = (request: FastifyRequest): number => {
  const tag = request.headers['if-match'];
  if (tag === undefined)
    throw new AppError('PRECONDITION_REQUIRED', 'the command does not say which version it was decided on', {
      hint: 'send the ETag of the record as If-Match',
    });
  const version = /^"(\d{1,15})"$/.exec(tag)?.[1];
  if (version === undefined)
    throw new AppError('INPUT_INVALID', 'If-Match is not an entity tag of ours', { hint: 'for example If-Match: "3"' });
  return Number(version);
};
