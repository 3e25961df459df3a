import './document-link.css';
import { documentFacts } from '@kuluma/shared/model/document-facts.ts';
import type { DocumentView } from '@kuluma/shared/model/views/documents.ts';
import { type ReactNode, useState } from 'react';
import { useWords } from './language.tsx';
import { openFile } from './open-file.ts';

/** A document by its title, which opens it, and what kind of a document it is. */
export const DocumentLink = ({
  document,
  read,
  children,
}: {
  document: Pick<DocumentView, 'title' | 'number' | 'kind' | 'language' | 'mediaType' | 'bytes' | 'page'>;
  read: () => Promise<Blob>;
  /** What else is said of it. */
  children?: ReactNode;
}) => {
  const words = useWords();
  const [isFailed, setFailed] = useState(false);
  const { title, number, page } = document;
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
      <button type="button" className="document-link" onClick={() => void open()}>
        {title}
        {number !== '' && ` (${number})`}
      </button>
      <p className="small soft">
        {documentFacts(words, document)}
        {page !== null && ` · ${words.t('documents.page', { page })}`}
      </p>
      {children}
      {isFailed && (
        <p role="alert" className="small">
          {words.t('documents.notOpened')}
        </p>
      )}
    </>
  );
};
