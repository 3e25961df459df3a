import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileStore } from '../ports.ts';

/**
 * Sends a kept file. The bytes of an id never change, but whether it may be seen does: asked each time, sent once.
 * @param name under which it is shown and kept; without it the browser finds one
 */
export const sendFile = async (
  files: FileStore,
  request: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  { sha256, mediaType }: { readonly sha256: string; readonly mediaType: string },
  name?: string,
): Promise<FastifyReply> => {
  const tag = `"${sha256}"`;
  reply.header('cache-control', 'private, no-cache').header('etag', tag);
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  // RFC 6266: the name in the coding of RFC 8187, which leaves no room for quotes or line ends.
  if (name !== undefined)
    reply.header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`);
  return reply.type(mediaType).send(Buffer.from(await files.get(sha256)));
};
