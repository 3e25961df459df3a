import './visit-documents.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { sizeText } from '@kuluma/shared/model/document-facts.ts';
import { type SearchText, searchPages, searchTextOf } from '@kuluma/shared/model/document-search.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { DocumentView } from '@kuluma/shared/model/views/documents.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { IconCloud, IconDeviceMobileCheck } from '@tabler/icons-react';
import { type UseQueryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { getJson, ProblemError } from '../parts/api-client.ts';
import { DocumentLink } from '../parts/document-link.tsx';
import { DocumentSearch, type Searched } from '../parts/document-search.tsx';
import { useWords } from '../parts/language.tsx';
import { getFile } from '../parts/open-file.ts';
import { useReader } from '../parts/signed-in.tsx';
import { type FileKeeper, fillShelf, type KeptFile, shelfBytes, type WantedFile } from './offline/shelf.ts';

/** Documents hardly change within a day. */
const goodForMs = hourMs;
const tryAgainMs = 60_000;

const askedOf = (
  organisationId: string,
  { visitId }: Pick<VisitView, 'visitId'>,
): UseQueryOptions<DocumentView[], ProblemError> => {
  const path = apiPaths.visitDocuments(organisationId, visitId);
  return {
    queryKey: [path, {}],
    queryFn: ({ signal }) => getJson<DocumentView[]>(path, {}, signal),
    staleTime: goodForMs,
  };
};

type Text = NonNullable<DocumentView['text']>;

/** Where the text of a document is, on the phone and at the service. */
const askedText = (organisationId: string, machineId: string, { textId }: Text) => ({
  fileId: textId,
  path: apiPaths.machineDocumentText(organisationId, machineId, textId),
});

interface Shelf {
  readonly keeper: FileKeeper;
  readonly kept: ReadonlySet<string>;
}
const ShelfContext = createContext<Shelf | null>(null);

/**
 * Fetches the documents of all visits that are ahead while there is a signal, the next visit's first, and has them at hand
 * below: at the machine there may be none.
 */
export const DocumentShelf = ({
  keeper,
  visits,
  children,
}: {
  keeper: FileKeeper;
  visits: readonly VisitView[];
  children: ReactNode;
}) => {
  const { organisationId } = useReader();
  const [kept, setKept] = useState<readonly string[]>([]);
  const ahead = visits.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  // Each time that the page is opened: a bulletin of this morning is wanted today.
  const lists = useQueries({
    queries: ahead.map((visit) => ({ ...askedOf(organisationId, visit), refetchOnMount: 'always' as const })),
  });
  const isKnown = lists.every(({ data }) => data !== undefined);
  const documents = lists.flatMap(({ data = [] }, at) =>
    data.map((document) => ({ ...document, machineId: ahead[at]?.machine.machineId ?? '' })),
  );
  // Texts are small: they come first, so that words are found also in what is too large for the phone.
  const texts = documents.flatMap(({ machineId, text }): WantedFile[] =>
    text ? [{ ...askedText(organisationId, machineId, text), bytes: text.bytes }] : [],
  );
  const files = documents.map(({ machineId, fileId, bytes }): WantedFile => {
    return { fileId, bytes, path: apiPaths.machineDocument(organisationId, machineId, fileId) };
  });
  const wantedText = JSON.stringify([...texts, ...files]);

  useEffect(() => {
    keeper.fileIds().then(setKept, reportError);
  }, [keeper]);
  useEffect(() => {
    // Of a visit whose list is not known nothing is thrown away.
    if (!isKnown) return undefined;
    const files = JSON.parse(wantedText) as WantedFile[];
    const fetchFile = async (path: string): Promise<KeptFile> => {
      const blob = await getFile(path);
      const fileId = path.slice(path.lastIndexOf('/') + 1);
      return { fileId, bytes: await blob.arrayBuffer(), mediaType: blob.type };
    };
    let isDone = false;
    const fill = () => {
      if (isDone) return;
      // Of several open pages one fetches.
      navigator.locks
        .request('kuluma-documents', { ifAvailable: true }, async (lock) => {
          if (lock) isDone = await fillShelf(keeper, files, fetchFile, setKept);
        })
        .catch(reportError);
    };
    fill();
    const timer = setInterval(fill, tryAgainMs);
    window.addEventListener('online', fill);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', fill);
    };
  }, [keeper, isKnown, wantedText]);

  const shelf = useMemo(() => ({ keeper, kept: new Set(kept) }), [keeper, kept]);
  return <ShelfContext value={shelf}>{children}</ShelfContext>;
};

/**
 * Searches the texts of a visit's documents on the phone itself, so that it needs no signal; what has not reached the phone is
 * asked for.
 */
const useFind = (documents: readonly DocumentView[], machineId: string) => {
  const shelf = useContext(ShelfContext);
  const { organisationId } = useReader();
  const texts = useRef(new Map<string, SearchText>());
  const textOf = async (text: Text): Promise<SearchText | null> => {
    const known = texts.current.get(text.textId);
    if (known) return known;
    const { fileId, path } = askedText(organisationId, machineId, text);
    const kept = await shelf?.keeper.file(fileId);
    try {
      const json = kept ? new TextDecoder().decode(kept.bytes) : await (await getFile(path)).text();
      const read = searchTextOf(JSON.parse(json) as string[]);
      texts.current.set(text.textId, read);
      return read;
    } catch (error) {
      if (error instanceof ProblemError) return null;
      throw error;
    }
  };
  return async (query: string): Promise<Searched> => {
    const read = await Promise.all(
      documents.map(async ({ fileId, text }) => ({ fileId, text: text && (await textOf(text)) })),
    );
    const known = read.flatMap(({ fileId, text }) => (text ? [{ fileId, text }] : []));
    const hits = searchPages(
      known.map(({ text }) => text),
      query,
    ).flatMap(({ text, page, excerpt }) => {
      const fileId = known[text]?.fileId;
      return fileId ? [{ fileId, page, excerpt: [...excerpt] }] : [];
    });
    return { hits, unread: documents.filter(({ text }) => text !== null).length - known.length };
  };
};

/** Bulletins, manual pages and drawings for the component of a visit; each says whether it is on the phone. */
export const VisitDocuments = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const shelf = useContext(ShelfContext);
  const { organisationId } = useReader();
  const { data: documents } = useQuery(askedOf(organisationId, visit));
  const find = useFind(documents ?? [], visit.machine.machineId);
  if (!shelf || documents?.length === 0) return null;
  if (!documents) return <p className="soft">{words.t('visitDocuments.unknown')}</p>;
  const { machineId } = visit.machine;
  const read = async ({ fileId }: DocumentView): Promise<Blob> => {
    const file = await shelf.keeper.file(fileId);
    if (file) return new Blob([file.bytes], { type: file.mediaType });
    return getFile(apiPaths.machineDocument(organisationId, machineId, fileId));
  };
  const missing = documents.filter(({ fileId }) => !shelf.kept.has(fileId));
  return (
    <section>
      <h2>{words.t('visitDocuments.title')}</h2>
      <DocumentSearch documents={documents} place={visit.visitId} find={find} read={read} />
      <ul className="visit-documents">
        {documents.map((document) => (
          <li key={document.documentId}>
            <DocumentLink document={document} read={() => read(document)}>
              {shelf.kept.has(document.fileId) ? (
                <p className="small visit-document-place">
                  <IconDeviceMobileCheck size={18} aria-hidden="true" />
                  {words.t('visitDocuments.kept')}
                </p>
              ) : (
                <p className="small visit-document-place">
                  <IconCloud size={18} aria-hidden="true" />
                  {words.t('visitDocuments.notKept')}
                </p>
              )}
            </DocumentLink>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p className="small soft">
          {words.t('visitDocuments.missing', {
            count: missing.length,
            size: sizeText(
              words,
              missing.reduce((sum, { bytes }) => sum + bytes, 0),
            ),
            most: sizeText(words, shelfBytes),
          })}
        </p>
      )}
    </section>
  );
};
