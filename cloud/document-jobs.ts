import type { Id } from '@kuluma/shared/model/base.ts';
import type { JobKind } from './adapters/job-queue/job-workers.ts';
import { readPagesInThread } from './adapters/reading-thread/reading-thread.ts';
import type { JobTable } from './job-ports.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import { readDocument, unreadFiles } from './pipelines/read-document.ts';
import type { Clock, FileStore, OrderReading, Random, Records } from './ports.ts';

/** The reading of documents, which goes through the table of jobs: whoever takes a file has other things to do. */
export interface DocumentJobs {
  readonly kind: JobKind;
  readonly order: OrderReading;
  /** Of everything that nobody has read. */
  orderMissing(): Promise<void>;
}

const kind = 'read-document';

export const createDocumentJobs = (
  deps: { readonly records: Records; readonly files: FileStore; readonly clock: Clock; readonly random: Random },
  table: Pick<JobTable, 'enter'>,
): DocumentJobs => {
  const order: OrderReading = async (organisationId, fileId) => {
    const name = `${kind} ${fileId}`;
    await table.enter({ kind, name, organisationId, input: { fileId }, mostAttempts: 3 });
  };
  return {
    kind: {
      ...{ kind, atOnce: 1 },
      run: ({ organisationId, input }, { signal }) =>
        readDocument(
          { ...deps, readPages: readPagesInThread },
          { organisationId, ...(input as { readonly fileId: Id<'documentFile'> }) },
          signal,
        ),
    },
    order,
    orderMissing: () =>
      eachOrganisation(deps.records, async (organisationId) => {
        for (const fileId of await unreadFiles(deps.records, organisationId)) await order(organisationId, fileId);
      }),
  };
};
