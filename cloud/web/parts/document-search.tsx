import './document-search.css';
import { mostQuerySigns } from '@kuluma/shared/model/document-search.ts';
import type { DocumentHit, DocumentView } from '@kuluma/shared/model/views/documents.ts';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { OpenFile } from './document-link.tsx';
import { useWords } from './language.tsx';
import { useSettled } from './use-settled.ts';

/** What was found, and in how many documents nobody could look. */
export interface Searched {
  readonly hits: readonly DocumentHit[];
  readonly unread: number;
}

/** A word finds the pages on which it stands; each opens there. */
export const DocumentSearch = ({
  documents,
  place,
  find,
  read,
}: {
  documents: readonly DocumentView[];
  /** What the documents are of: answers are remembered for it. */
  place: string;
  find: (text: string) => Promise<Searched>;
  read: (document: DocumentView) => Promise<Blob>;
}) => {
  const words = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const asked = useSettled(text.trim());
  const { data, isError } = useQuery({
    queryKey: ['document-search', place, asked],
    queryFn: () => find(asked),
    enabled: asked.length > 1,
    // What is on the phone is found without a signal.
    networkMode: 'always',
    retry: false,
  });
  if (documents.every((document) => document.text === null)) return null;
  return (
    <search className="document-search">
      <label className="small" htmlFor={id}>
        {words.t('documentSearch.label')}
      </label>
      <input
        id={id}
        className="field"
        type="search"
        autoComplete="off"
        enterKeyHint="search"
        maxLength={mostQuerySigns}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <p className="small soft" role="status">
        {data && words.t('documentSearch.found', { count: data.hits.length })}
        {data && data.unread > 0 && ` ${words.t('documentSearch.unread', { count: data.unread })}`}
        {isError && words.t('documentSearch.failed')}
      </p>
      {data && data.hits.length > 0 && (
        <ul>
          {data.hits.map(({ fileId, page, excerpt }) => {
            const document = documents.find((one) => one.fileId === fileId);
            return (
              document && (
                <li key={`${fileId} ${page}`}>
                  <OpenFile page={page} read={() => read(document)}>
                    {words.t('documentSearch.page', { title: document.title, page })}
                  </OpenFile>
                  <p className="small">
                    {excerpt.map((piece, at) =>
                      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, which stand still
                      piece.isHit ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
                    )}
                  </p>
                </li>
              )
            );
          })}
        </ul>
      )}
    </search>
  );
};
