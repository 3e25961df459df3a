import type { Actor } from '@kuluma/shared/model/base.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Records, RecordsWritten, RecordTransaction, WrittenRecord } from '../../ports.ts';
import { type ErasedKind, notingTransaction } from './noting-transaction.ts';

/** To and from the other processes on the same records. */
export interface News {
  start(hear: (written: readonly WrittenRecord[]) => void): void;
  tell(written: readonly WrittenRecord[]): void;
}

/** The same records, that can be watched. */
export const watchRecords = <R extends Omit<Records, 'watch'> & Part>(records: R, news: News): R & Records => {
  const listeners = new Set<(written: RecordsWritten) => void>();
  const hear = (written: readonly WrittenRecord[], erased: readonly ErasedKind[] = []): void => {
    const writtenOf = Map.groupBy(written, ({ record }) => String(record.organisationId));
    const erasedOf = Map.groupBy(erased, ({ organisationId }) => organisationId);
    for (const organisationId of new Set([...writtenOf.keys(), ...erasedOf.keys()])) {
      const own = writtenOf.get(organisationId) ?? [];
      const kinds = new Set([...own, ...(erasedOf.get(organisationId) ?? [])].map(({ kind }) => kind));
      for (const listener of listeners) listener({ organisationId, kinds, records: own });
    }
  };
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>, by?: Actor): Promise<T> => {
    let written: WrittenRecord[] = [];
    let erased: ErasedKind[] = [];
    const answer = await records.transact((tx) => {
      // A retry begins anew.
      written = [];
      erased = [];
      const noteErased = (one: ErasedKind) => void erased.push(one);
      return work(notingTransaction(tx, (one) => written.push(one), noteErased));
    }, by);
    hear(written, erased);
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
