import type { Actor } from '@kuluma/shared/model/base.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Records, RecordsWritten, RecordTransaction, WrittenRecord } from '../../ports.ts';
import { notingTransaction } from './noting-transaction.ts';

/** To and from the other processes on the same records. */
export interface News {
  start(hear: (written: readonly WrittenRecord[]) => void): void;
  tell(written: readonly WrittenRecord[]): void;
}

/** The same records, that can be watched. */
export const watchRecords = <R extends Omit<Records, 'watch'> & Part>(records: R, news: News): R & Records => {
  const listeners = new Set<(written: RecordsWritten) => void>();
  const hear = (written: readonly WrittenRecord[]): void => {
    for (const [organisationId, own] of Map.groupBy(written, ({ record }) => record.organisationId)) {
      const kinds = new Set(own.map(({ kind }) => kind));
      for (const listener of listeners) listener({ organisationId, kinds, records: own });
    }
  };
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>, by?: Actor): Promise<T> => {
    let written: WrittenRecord[] = [];
    const answer = await records.transact((tx) => {
      // A retry begins anew.
      written = [];
      return work(notingTransaction(tx, (one) => written.push(one)));
    }, by);
    hear(written);
    news.tell(written);
    return answer;
  };
  return {
    ...records,
    transact,
    start: async (signal) => {
      await records.start(signal);
      news.start(hear);
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
