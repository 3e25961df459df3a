import './document-link.css';
import { documentFacts } from '@kuluma/shared/model/document-facts.ts';
import type { DocumentView } from '@kuluma/shared/model/views/documents.ts';
import { type ReactNode, useState } from 'react';
import { useWords } from './language.tsx';
import { openFile } from './open-file.ts';

/** Opens a file at a page, and says so where it cannot. */
export const OpenFile = ({
  page,
  read,
  look = 'document-link',
  children,
}: {
  page: number | null;
  read: () => Promise<Blob>;
  /** Classes of its button. */
  look?: string;
  children: ReactNode;
}) => {
  const words = useWords();
  const [isFailed, setFailed] = useState(false);
  const open = async () => {
    setFailed(false);
    try {
      await openFile(read(), page);
    } catch (error) {
      setFailed(true);
      reportError(error);
    }
  };
  return (
    <>
      <button type="button" className={look} onClick={() => void open()}>
        {children}
      </button>
      {isFailed && (
        <p role="alert" className="small">
          {words.t('documents.notOpened')}
        </p>
      )}
    </>
  );
};

/** A document by its title, which opens it, what kind of a document it is, and whether the search looks into it. */
export const DocumentLink = ({
  document,
  read,
  children,
}: {
  document: DocumentView;
  read: () => Promise<Blob>;
  /** What else is said of it. */
  children?: ReactNode;
}) => {
  const words = useWords();
  const { title, number, page, mediaType, search } = document;
  return (
    <>
      <OpenFile page={page} read={read}>
        {title}
        {number !== '' && ` (${number})`}
      </OpenFile>
      <p className="small soft">
        {documentFacts(words, document)}
        {page !== null && ` · ${words.t('documents.page', { page })}`}
        {mediaType === 'application/pdf' && search !== 'read' && ` · ${words.t(`documents.search.${search}`)}`}
      </p>
      {children}
    </>
  );
};
