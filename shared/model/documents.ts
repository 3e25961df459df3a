import { type Static, Type } from 'typebox';
import { closed, defineRecord, endable, idOf, LocalDay, oneOf, orNull } from './base.ts';
import {
  documentAudiences,
  documentKinds,
  documentLanguages,
  documentMediaTypes,
  documentTextStates,
  mostDocumentBytes,
  pictureBounds,
} from './document-words.ts';

const pixels = Type.Integer({ minimum: 1, maximum: pictureBounds.pixels });
/** Measures of a picture as it is shown, in pixels. */
const PictureSize = Type.Object({ width: pixels, height: pixels }, closed);
export type PictureSize = Static<typeof PictureSize>;

/** A file of documents: its bytes stand in the files, under their content. It never changes. */
export const DocumentFile = defineRecord('documentFile', {
  /** As it was called where it came from. */
  name: Type.String({ minLength: 1, maxLength: 200 }),
  mediaType: oneOf(documentMediaTypes),
  bytes: Type.Integer({ minimum: 1, maximum: mostDocumentBytes }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Of a small JPEG that holds nothing beside its picture: it alone can be the picture of a machine. */
  picture: Type.Optional(PictureSize),
});
export type DocumentFile = Static<typeof DocumentFile>;

/** What was read out of a PDF, so that it can be searched; made once for each. */
export const DocumentText = defineRecord('documentText', {
  fileId: idOf('documentFile'),
  state: oneOf(documentTextStates),
  /** Of the text, by page: a JSON array of strings among the files; null where there is none. */
  text: orNull(
    Type.Object(
      {
        sha256: DocumentFile.properties.sha256,
        bytes: Type.Integer({ minimum: 1 }),
        pages: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
  ),
});
export type DocumentText = Static<typeof DocumentText>;

/** What a document is about: a machine model or one machine, all of it or one of its components. */
export const DocumentSubject = Type.Object(
  {
    machineModelId: orNull(idOf('machineModel')),
    machineId: orNull(idOf('machine')),
    componentCode: orNull(Type.String({ minLength: 1 })),
    /** Where the document speaks of it, counted from the first page as 1. */
    page: orNull(Type.Integer({ minimum: 1, maximum: 9_999 })),
  },
  closed,
);
export type DocumentSubject = Static<typeof DocumentSubject>;

/** The file of a document from a day on, until the next edition takes its place. */
const DocumentEdition = Type.Object({ fileId: idOf('documentFile'), validFromOn: LocalDay }, closed);
export type DocumentEdition = Static<typeof DocumentEdition>;

/** A manual, bulletin, drawing or certificate, or the picture of a machine. */
export const Document = defineRecord('document', {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  /** As its publisher numbers it; empty where it has none. */
  number: Type.String({ maxLength: 60 }),
  kind: oneOf(documentKinds),
  /** Null for a drawing that needs no words. */
  language: orNull(oneOf(documentLanguages)),
  audience: oneOf(documentAudiences),
  subjects: Type.Array(DocumentSubject, { minItems: 1, maxItems: 60 }),
  /** In the order of their days. */
  editions: Type.Array(DocumentEdition, { minItems: 1, maxItems: 200 }),
  ...endable,
});
export type Document = Static<typeof Document>;

/** The edition in force on a day; undefined before the first. */
export const editionOn = (editions: readonly DocumentEdition[], day: string): DocumentEdition | undefined =>
  editions.findLast(({ validFromOn }) => validFromOn <= day);
