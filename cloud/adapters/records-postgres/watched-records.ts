import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Records, RecordsWritten, RecordTransaction, WrittenRecord } from '../../ports.ts';

type Note = <K extends RecordKind>(kind: K, record: RecordOf<K>) => void;

const noting = (tx: RecordTransaction, note: Note): RecordTransaction => ({
  ...tx,
  insert: async (kind, record) => {
    await tx.insert(kind, record);
    note(kind, record);
  },
  update: async (kind, record) => {
    const next = await tx.update(kind, record);
    note(kind, next);
    return next;
  },
});

/** The same records, that can be watched. */
export const watchRecords = <R extends Omit<Records, 'watch'>>(records: R): R & Records => {
  const listeners = new Set<(written: RecordsWritten) => void>();
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>): Promise<T> => {
    let written: WrittenRecord[] = [];
    const answer = await records.transact((tx) => {
      // A retry begins anew.
      written = [];
      return work(noting(tx, (kind, record) => written.push({ kind, record } as WrittenRecord)));
    });
    for (const [organisationId, own] of Map.groupBy(written, ({ record }) => record.organisationId)) {
      const kinds = new Set(own.map(({ kind }) => kind));
      for (const listener of listeners) listener({ organisationId, kinds, records: own });
    }
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
