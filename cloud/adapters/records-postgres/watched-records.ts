import type { RecordKind } from '@kuluma/shared/model/kinds.ts';
import type { Records, RecordsWritten, RecordTransaction } from '../../ports.ts';

const noting = (
  tx: RecordTransaction,
  note: (organisationId: string, kind: RecordKind) => void,
): RecordTransaction => ({
  ...tx,
  insert: async (kind, record) => {
    await tx.insert(kind, record);
    note(record.organisationId, kind);
  },
  update: async (kind, record) => {
    const next = await tx.update(kind, record);
    note(record.organisationId, kind);
    return next;
  },
});

/** The same records, that can be watched. */
export const watchRecords = <R extends Omit<Records, 'watch'>>(records: R): R & Records => {
  const listeners = new Set<(written: RecordsWritten) => void>();
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>): Promise<T> => {
    let kinds = new Map<string, Set<RecordKind>>();
    const answer = await records.transact((tx) => {
      // A retry begins anew.
      kinds = new Map();
      return work(
        noting(tx, (organisationId, kind) => {
          const own = kinds.get(organisationId) ?? new Set();
          kinds.set(organisationId, own.add(kind));
        }),
      );
    });
    for (const [organisationId, written] of kinds)
      for (const listener of listeners) listener({ organisationId, kinds: written });
    return answer;
  };
  return {
    ...records,
    transact,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
