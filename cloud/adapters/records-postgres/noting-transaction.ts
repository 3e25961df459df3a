import type { RecordTransaction, WrittenRecord } from '../../ports.ts';

/** Whose records of which kind were removed. */
export interface ErasedKind {
  readonly organisationId: string;
  readonly kind: WrittenRecord['kind'];
}

/** The same transaction; `note` hears of each record as it was written, `noteErased` of what was removed. */
export const notingTransaction = (
  tx: RecordTransaction,
  note: (written: WrittenRecord) => void,
  noteErased: (erased: ErasedKind) => void = () => {},
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
  erase: async (kind, organisationId, ids) => {
    noteErased({ kind, organisationId });
    return tx.erase(kind, organisationId, ids);
  },
});
