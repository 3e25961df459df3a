import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { pieceBytes } from '@kuluma/shared/model/visit-files.ts';
import type { Tenant } from './http-world.ts';

/** As little as a PDF may be. */
export const smallPdf = (words: string): Buffer => Buffer.from(`%PDF-1.7\n% ${words}\n%%EOF\n`);

/** Sends a file of documents piece by piece, as the page does. @returns its id and the last answer */
export const uploadDocument = async (
  { organisationId, planner }: Tenant,
  bytes: Buffer,
  name = 'document.pdf',
): Promise<{ fileId: Id<'documentFile'>; reply: { status: number; body: unknown } }> => {
  const fileId = newId('documentFile', Math.random);
  const path = setUpPaths.documentFile(organisationId, fileId);
  for (let offset = 0; ; offset += pieceBytes) {
    const base64 = bytes.subarray(offset, offset + pieceBytes).toString('base64');
    const reply = await planner.post(path, { offset, size: bytes.length, name, base64 });
    if (reply.status !== 200 || offset + pieceBytes >= bytes.length) return { fileId, reply };
  }
};
