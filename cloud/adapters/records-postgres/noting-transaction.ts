import type { RecordTransaction, WrittenRecord } from '../../ports.ts';

/** The same transaction; `note` hears of each record as it was written. */
export const notingTransaction = (
  tx: RecordTransaction,
  note: (written: WrittenRecord) => void,
): RecordTransaction => ({
  ...tx,
  insert: async (kind, record) => {
    await tx.insert(kind, record);
    note({ kind, record } as WrittenRecord);
  },
  update: async (kind, record) => {
    const next = await tx.update(kind, record);
    note({ kind, record: next } as WrittenRecord);
    return next;
  },
});
