import { type Static, Type } from 'typebox';
import { closed, idOf, LocalDay, LocalText, oneOf, orNull } from '../base.ts';
import { mostHits, mostQuerySigns } from '../document-search.ts';
import { documentTextStates, mostDocumentBytes } from '../document-words.ts';
import { Document, DocumentFile, DocumentSubject } from '../documents.ts';
import { VisitFilePiece, VisitFileView } from './commands.ts';

/** A piece of a document's file, as of a photo. */
export const DocumentFilePiece = Type.Object(
  {
    ...VisitFilePiece.properties,
    size: Type.Integer({ minimum: 1, maximum: mostDocumentBytes }),
    name: DocumentFile.properties.name,
  },
  closed,
);
export type DocumentFilePiece = Static<typeof DocumentFilePiece>;
export const DocumentFileReceived = VisitFileView;
export type DocumentFileReceived = VisitFileView;

const file = Type.Pick(DocumentFile, ['name', 'mediaType', 'bytes']).properties;

/** What is known of a file beside its bytes. */
export const DocumentFileView = Type.Object({ fileId: idOf('documentFile'), ...file }, closed);
export type DocumentFileView = Static<typeof DocumentFileView>;

/** A document as somebody at a machine sees it: its edition of today. */
export const DocumentView = Type.Object(
  {
    documentId: idOf('document'),
    ...DocumentFileView.properties,
    ...Type.Pick(Document, ['title', 'number', 'kind', 'language', 'audience']).properties,
    validFromOn: LocalDay,
    /** The day from which another edition takes its place; null where none is known. */
    nextOn: orNull(LocalDay),
    /** Components that it is about; none: all of the machine. */
    components: Type.Array(LocalText),
    /** Where it speaks of the machine or of the component of the visit; null: from its beginning. */
    page: DocumentSubject.properties.page,
    /** Whether its text can be searched: `waiting` until it has been read. */
    search: oneOf([...documentTextStates, 'waiting']),
    /** Its text by page, a JSON array of strings; null unless it was read. */
    text: orNull(Type.Object({ textId: idOf('documentText'), bytes: Type.Integer() }, closed)),
  },
  closed,
);
export type DocumentView = Static<typeof DocumentView>;

export const DocumentSearchQuery = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: mostQuerySigns }) },
  closed,
);
export type DocumentSearchQuery = Static<typeof DocumentSearchQuery>;

/** A page of a document on which something was found. */
export const DocumentHit = Type.Object(
  {
    fileId: idOf('documentFile'),
    page: Type.Integer({ minimum: 1 }),
    /** What stands there, in pieces; those that were searched for are marked. */
    excerpt: Type.Array(Type.Object({ text: Type.String(), isHit: Type.Boolean() }, closed)),
  },
  closed,
);
export type DocumentHit = Static<typeof DocumentHit>;
/** The best first. */
export const DocumentHits = Type.Array(DocumentHit, { maxItems: mostHits });
