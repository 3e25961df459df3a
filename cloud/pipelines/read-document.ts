import type { Id } from '@kuluma/shared/model/base.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Clock, FileStore, Random, ReadPages, Records } from '../ports.ts';

interface ReadingDeps {
  readonly records: Records;
  readonly files: FileStore;
  readonly readPages: ReadPages;
  readonly clock: Clock;
  readonly random: Random;
}

const createdBy = { kind: 'policy', name: 'read-documents' } as const;
const utf8 = new TextEncoder();

/** A file that has a text to be read, and whose text has not been read yet. */
const isUnread = (file: RecordOf<'documentFile'>, texts: readonly RecordOf<'documentText'>[]): boolean =>
  file.mediaType === 'application/pdf' && !texts.some(({ fileId }) => fileId === file.id);

/** Files of documents whose text has not been read: of before texts were read, or of a service that was stopped. */
export const unreadFiles = async (
  records: Pick<Records, 'list'>,
  organisationId: Id<'organisation'>,
): Promise<Id<'documentFile'>[]> => {
  const texts = await records.list('documentText', organisationId);
  const files = await records.list('documentFile', organisationId);
  return files.filter((file) => isUnread(file, texts)).map(({ id }) => id);
};

/**
 * Reads the text of a document's file and keeps it, or that there is none. Does nothing the second time.
 * @throws NOT_FOUND when the bytes of the file are lost
 */
export const readDocument = async (
  { records, files, readPages, clock, random }: ReadingDeps,
  { organisationId, fileId }: { readonly organisationId: Id<'organisation'>; readonly fileId: string },
  signal: AbortSignal,
): Promise<void> => {
  const textsOf = { where: { fileId } };
  const file = await records.get('documentFile', organisationId, fileId);
  if (!file || !isUnread(file, await records.list('documentText', organisationId, textsOf))) return;
  const pages = await readPages(await files.get(file.sha256), signal);
  const base = freshBase('documentText', { organisationId, createdBy, nowMs: clock.now(), random });
  const hasText = pages?.some((page) => page !== '') ?? false;
  let text: RecordOf<'documentText'>['text'] = null;
  if (pages && hasText) {
    const bytes = utf8.encode(JSON.stringify(pages));
    await files.append(base.id, 0, bytes);
    text = { sha256: await files.keep(base.id), bytes: bytes.length, pages: pages.length };
  }
  const state = pages === null ? 'unreadable' : hasText ? 'read' : 'noText';
  await records.transact(async (tx) => {
    if ((await tx.list('documentText', organisationId, textsOf)).length > 0) return;
    await tx.insert('documentText', { ...base, fileId: file.id, state, text });
  });
};
