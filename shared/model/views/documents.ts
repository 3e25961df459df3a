import { type Static, Type } from 'typebox';
import { closed, idOf, LocalDay, LocalText, orNull } from '../base.ts';
import { mostDocumentBytes } from '../document-words.ts';
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
  },
  closed,
);
export type DocumentView = Static<typeof DocumentView>;
