import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id, type LocalText } from '@kuluma/shared/model/base.ts';
import { mostDocumentBytes } from '@kuluma/shared/model/document-words.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { DocumentFilePiece, DocumentFileReceived, DocumentView } from '@kuluma/shared/model/views/documents.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { documentsFor, type FoundDocument, pageOf, type Wanted } from '../core/documents/for-machine.ts';
import { mediaTypeOf } from '../core/documents/media-type.ts';
import type { Clock, FileStore, Random, Records } from '../ports.ts';
import { type Lookup, needed } from './lookup.ts';
import { machineModelOf } from './machine-facts.ts';
import { takeUpload } from './take-upload.ts';

/**
 * Takes a piece of a document's file, as of a photo.
 * @throws INPUT_INVALID for what is no PDF, JPEG or PNG, or longer than it said
 */
export const takeDocumentPiece = async (
  deps: { readonly records: Records; readonly files: FileStore; readonly clock: Clock; readonly random: Random },
  of: { readonly organisationId: Id<'organisation'>; readonly fileId: Id<'documentFile'>; readonly actor: Actor },
  { name, ...piece }: DocumentFilePiece,
): Promise<DocumentFileReceived> => {
  const { organisationId, fileId, actor: createdBy } = of;
  const known = await deps.records.get('documentFile', organisationId, fileId);
  if (known) return { receivedBytes: known.bytes, isComplete: true };
  // Ids are the pages' own: two organisations never share an upload.
  const { receivedBytes, whole } = await takeUpload(deps.files, `${organisationId}-${fileId}`, piece, mediaTypeOf, {
    message: 'the file is no PDF, JPEG or PNG',
    hint: `take a whole PDF, JPEG or PNG file of at most ${mostDocumentBytes / 1024 / 1024} MB`,
  });
  if (!whole) return { receivedBytes, isComplete: false };
  await deps.records.transact(async (tx) => {
    if (await tx.get('documentFile', organisationId, fileId)) return;
    await tx.insert('documentFile', {
      ...freshBase('documentFile', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
      ...{ id: fileId, name, mediaType: whole.kind, bytes: receivedBytes, sha256: whole.sha256 },
    });
  });
  return { receivedBytes, isComplete: true };
};

/** Names of the components that a document is about; none where it is about all of the machine. */
const componentsOf = (
  { subjects }: FoundDocument,
  { componentTypes }: Pick<RecordOf<'machineModel'>, 'componentTypes'>,
): LocalText[] => {
  if (subjects.some(({ componentCode }) => componentCode === null)) return [];
  const codes = new Set(subjects.map(({ componentCode }) => componentCode));
  return componentTypes.filter(({ code }) => codes.has(code)).map(({ name }) => name);
};

/** The documents of a machine as they are today, what is wanted most first. */
export const documentsOf = async (
  lookup: Lookup,
  of: Pick<Wanted, 'machineId' | 'componentCode' | 'forOwner'>,
  nowMs: number,
): Promise<DocumentView[]> => {
  const model = await machineModelOf(lookup, of.machineId);
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const wanted: Wanted = { ...of, machineModelId: model.id, today: localDayOf(nowMs, timeZone) };
  return Promise.all(
    documentsFor(await lookup.list('document'), wanted).map(async (found) => {
      const { document, edition } = found;
      const { title, number, kind, language, audience, editions } = document;
      const { name, mediaType, bytes } = needed(await lookup.get('documentFile', edition.fileId), 'file of a document');
      return {
        ...{ documentId: document.id, ...edition, title, number, kind, language, audience, name, mediaType, bytes },
        nextOn: editions.find(({ validFromOn }) => validFromOn > wanted.today)?.validFromOn ?? null,
        components: componentsOf(found, model),
        page: pageOf(found, wanted),
      };
    }),
  );
};

/** A file of a document that is in force for a machine. @throws NOT_FOUND for any other */
export const documentFileOf = async (
  lookup: Lookup,
  of: Pick<Wanted, 'machineId' | 'forOwner'> & { readonly fileId: string },
  nowMs: number,
): Promise<RecordOf<'documentFile'>> => {
  const shown = await documentsOf(lookup, { ...of, componentCode: null }, nowMs);
  const file = shown.some(({ fileId }) => fileId === of.fileId) && (await lookup.get('documentFile', of.fileId));
  if (!file) throw new AppError('NOT_FOUND', 'there is no such document');
  return file;
};
