import './service-tab.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { DocumentHit, DocumentView } from '@kuluma/shared/model/views/documents.ts';
import { Link } from '@tanstack/react-router';
import { getJson } from '../../parts/api-client.ts';
import { DocumentLink } from '../../parts/document-link.tsx';
import { DocumentSearch } from '../../parts/document-search.tsx';
import { useWords } from '../../parts/language.tsx';
import { getFile } from '../../parts/open-file.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';

/** Manuals, bulletins, drawings and certificates that are in force for a machine. */
export const MachineDocuments = ({ machineId }: { machineId: string }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const { data, error, refetch } = useView<DocumentView[]>(apiPaths.machineDocuments(organisationId, machineId));
  if (error && !data) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className="skeleton tab-skeleton" />;
  const read = ({ fileId }: DocumentView) => getFile(apiPaths.machineDocument(organisationId, machineId, fileId));
  const day = (on: string) => words.date(Date.parse(on), 'UTC');
  return (
    <section className="machine-list" aria-label={words.t('machineTab.documents')}>
      {data.length === 0 && <p>{words.t('documents.none')}</p>}
      <DocumentSearch
        documents={data}
        place={machineId}
        find={async (text) => ({
          hits: await getJson<DocumentHit[]>(apiPaths.machineDocumentSearch(organisationId, machineId), { text }),
          unread: 0,
        })}
        read={read}
      />
      <ul>
        {data.map((document) => {
          const { documentId, components, validFromOn, nextOn, audience } = document;
          const about =
            components.length === 0
              ? words.t('documents.all')
              : components.map((component) => words.own(component)).join(', ');
          const facts = [
            about,
            words.t('documents.from', { day: day(validFromOn) }),
            ...(nextOn ? [words.t('documents.next', { day: day(nextOn) })] : []),
            ...(audience === 'owner' ? [words.t('documents.owner')] : []),
          ];
          return (
            <li key={documentId}>
              <DocumentLink document={document} read={() => read(document)}>
                <p className="small">{facts.join(' · ')}</p>
              </DocumentLink>
            </li>
          );
        })}
      </ul>
      <p className="machine-documents-more">
        <Link to="/set-up/$kind" params={{ kind: 'documents' }}>
          {words.t('documents.setUp')}
        </Link>
      </p>
    </section>
  );
};
