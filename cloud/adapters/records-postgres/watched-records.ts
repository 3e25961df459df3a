import type { Actor } from '@kuluma/shared/model/base.ts';
import type { Records, RecordsWritten, RecordTransaction, WrittenRecord } from '../../ports.ts';
import { notingTransaction } from './noting-transaction.ts';

/** The same records, that can be watched. */
export const watchRecords = <R extends Omit<Records, 'watch'>>(records: R): R & Records => {
  const listeners = new Set<(written: RecordsWritten) => void>();
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>, by?: Actor): Promise<T> => {
    let written: WrittenRecord[] = [];
    const answer = await records.transact((tx) => {
      // A retry begins anew.
      written = [];
      return work(notingTransaction(tx, (one) => written.push(one)));
    }, by);
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
