import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id, type LocalText } from '@kuluma/shared/model/base.ts';
import { type SearchText, searchPages, searchTextOf } from '@kuluma/shared/model/document-search.ts';
import { mostDocumentBytes } from '@kuluma/shared/model/document-words.ts';
import type { DocumentFile, PictureSize } from '@kuluma/shared/model/documents.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type {
  DocumentFilePiece,
  DocumentFileReceived,
  DocumentHit,
  DocumentView,
} from '@kuluma/shared/model/views/documents.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { documentsFor, type FoundDocument, pageOf, pictureAmong, type Wanted } from '../core/documents/for-machine.ts';
import { mediaTypeOf } from '../core/documents/media-type.ts';
import { pictureSizeOf } from '../core/documents/picture.ts';
import type { Clock, FileStore, OrderReading, Random, Records } from '../ports.ts';
import { type Lookup, needed } from './lookup.ts';
import { machineModelOf } from './machine-facts.ts';
import { takeUpload } from './take-upload.ts';

/** What a file is by its content; undefined for what no document may be. */
const kindOf = (bytes: Uint8Array): Pick<DocumentFile, 'mediaType' | 'picture'> | undefined => {
  const mediaType = mediaTypeOf(bytes);
  const picture = pictureSizeOf(bytes);
  return mediaType && { mediaType, ...(picture ? { picture } : {}) };
};

/**
 * Takes a piece of a document's file, as of a photo.
 * @throws INPUT_INVALID for what is no PDF, JPEG or PNG, or longer than it said
 */
export const takeDocumentPiece = async (
  deps: {
    readonly records: Records;
    readonly files: FileStore;
    readonly clock: Clock;
    readonly random: Random;
    readonly orderReading: OrderReading;
  },
  of: { readonly organisationId: Id<'organisation'>; readonly fileId: Id<'documentFile'>; readonly actor: Actor },
  { name, ...piece }: DocumentFilePiece,
): Promise<DocumentFileReceived> => {
  const { organisationId, fileId, actor: createdBy } = of;
  const known = await deps.records.get('documentFile', organisationId, fileId);
  if (known) return { receivedBytes: known.bytes, isComplete: true };
  // Ids are the pages' own: two organisations never share an upload.
  const { receivedBytes, whole } = await takeUpload(deps.files, `${organisationId}-${fileId}`, piece, kindOf, {
    message: 'the file is no PDF, JPEG or PNG',
    hint: `take a whole PDF, JPEG or PNG file of at most ${mostDocumentBytes / 1024 / 1024} MB`,
  });
  if (!whole) return { receivedBytes, isComplete: false };
  await deps.records.transact(async (tx) => {
    if (await tx.get('documentFile', organisationId, fileId)) return;
    await tx.insert('documentFile', {
      ...freshBase('documentFile', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
      ...{ id: fileId, name, ...whole.kind, bytes: receivedBytes, sha256: whole.sha256 },
    });
  });
  if (whole.kind.mediaType === 'application/pdf') await deps.orderReading(organisationId, fileId);
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

/** Whether a file can be searched, and where its text is. A picture has none. */
const searchOf = (
  mediaType: DocumentView['mediaType'],
  read: RecordOf<'documentText'> | undefined,
): Pick<DocumentView, 'search' | 'text'> => ({
  search: mediaType === 'application/pdf' ? (read?.state ?? 'waiting') : 'noText',
  text: read?.text ? { textId: read.id, bytes: read.text.bytes } : null,
});

const wantedOf = async (
  lookup: Lookup,
  model: RecordOf<'machineModel'>,
  of: Pick<Wanted, 'machineId' | 'componentCode' | 'forOwner'>,
  nowMs: number,
): Promise<Wanted> => {
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  return { ...of, machineModelId: model.id, today: localDayOf(nowMs, timeZone) };
};

/** The picture of a machine that its owner sees: its own, else that of its model; undefined where there is none. */
export const machinePictureOf = async (
  lookup: Lookup,
  machineId: Id<'machine'>,
  nowMs: number,
): Promise<(Pick<RecordOf<'documentFile'>, 'id' | 'sha256' | 'mediaType'> & PictureSize) | undefined> => {
  const model = await machineModelOf(lookup, machineId);
  const wanted = await wantedOf(lookup, model, { machineId, componentCode: null, forOwner: true }, nowMs);
  const found = pictureAmong(documentsFor(await lookup.list('document'), wanted));
  const file = found && (await lookup.get('documentFile', found.edition.fileId));
  return file?.picture && { id: file.id, sha256: file.sha256, mediaType: file.mediaType, ...file.picture };
};

/** The documents of a machine as they are today, what is wanted most first. */
export const documentsOf = async (
  lookup: Lookup,
  of: Pick<Wanted, 'machineId' | 'componentCode' | 'forOwner'>,
  nowMs: number,
): Promise<DocumentView[]> => {
  const model = await machineModelOf(lookup, of.machineId);
  const texts = new Map((await lookup.list('documentText')).map((text) => [text.fileId, text]));
  const wanted = await wantedOf(lookup, model, of, nowMs);
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
        ...searchOf(mediaType, texts.get(edition.fileId)),
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

/** The text of a document that is in force for a machine, as it stands among the files. @throws NOT_FOUND for any other */
export const documentTextOf = async (
  lookup: Lookup,
  of: Pick<Wanted, 'machineId' | 'forOwner'> & { readonly textId: string },
  nowMs: number,
): Promise<{ readonly sha256: string }> => {
  const shown = await documentsOf(lookup, { ...of, componentCode: null }, nowMs);
  const isShown = shown.some(({ text }) => text?.textId === of.textId);
  const text = isShown ? (await lookup.get('documentText', of.textId))?.text : undefined;
  if (!text) throw new AppError('NOT_FOUND', 'there is no such text');
  return text;
};

/** The pages of a machine's documents on which something stands, the best first. */
export const searchDocuments = async (
  lookup: Lookup,
  files: Pick<FileStore, 'get'>,
  of: Pick<Wanted, 'machineId' | 'forOwner'> & { readonly query: string },
  nowMs: number,
): Promise<DocumentHit[]> => {
  const shown = await documentsOf(lookup, { ...of, componentCode: null }, nowMs);
  const fileIds: DocumentHit['fileId'][] = [];
  const texts: SearchText[] = [];
  for (const { fileId, text } of shown) {
    const read = text && (await lookup.get('documentText', text.textId));
    if (!read?.text) continue;
    const pages = JSON.parse(Buffer.from(await files.get(read.text.sha256)).toString('utf8')) as string[];
    fileIds.push(fileId);
    texts.push(searchTextOf(pages));
  }
  return searchPages(texts, of.query).flatMap(({ text, page, excerpt }) => {
    const fileId = fileIds[text];
    return fileId ? [{ fileId, page, excerpt: [...excerpt] }] : [];
  });
};
