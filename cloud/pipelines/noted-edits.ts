import { type BoardEdit, boardRecordKinds } from '@kuluma/shared/model/board.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { RecordTransaction } from '../ports.ts';

type BoardKind = BoardEdit['kind'];

const isBoardKind = (kind: RecordKind): kind is BoardKind => (boardRecordKinds as readonly string[]).includes(kind);

/** A transaction that notes what becomes of the records of the board; of one written twice the first and the last state. */
export const noteEdits = (
  tx: RecordTransaction,
): { readonly tx: RecordTransaction; readonly edits: () => BoardEdit[] } => {
  const noted = new Map<string, BoardEdit>();
  const note = (kind: BoardKind, id: string, before: unknown, after: unknown): void => {
    const first = noted.get(id);
    noted.set(id, { kind, id, before: first ? first.before : before, after });
  };
  return {
    tx: {
      ...tx,
      insert: async (kind, record) => {
        await tx.insert(kind, record);
        if (isBoardKind(kind)) note(kind, record.id, null, record);
      },
      update: async <K extends RecordKind>(kind: K, record: RecordOf<K>) => {
        const before = isBoardKind(kind) ? await tx.get(kind, record.organisationId, record.id) : undefined;
        const after = await tx.update(kind, record);
        if (isBoardKind(kind)) note(kind, record.id, before, after);
        return after;
      },
    },
    edits: () => [...noted.values()],
  };
};
