import { encodeLetter } from '@kuluma/shared/wire/letter.ts';
import type { Outbox, StoredRecord } from './ports.ts';

/** A table goes along again after so long: a receiver that lost it, or came later, gets it without asking. */
const repeatMs = 600_000;

/** Puts records into letters of one session, with the table that the receiver may not know yet. */
export class Letters {
  readonly #outbox: Outbox;
  /** When a letter with the table left of which one was acknowledged, by table. */
  readonly #knownSinceMs = new Map<string, number>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  #isKnown(tableId: string, nowMs: number): boolean {
    return nowMs - (this.#knownSinceMs.get(tableId) ?? Number.NEGATIVE_INFINITY) < repeatMs;
  }

  /** Whether a letter with this record has to carry a table. */
  carriesTable({ tableId }: StoredRecord, nowMs: number): boolean {
    return tableId !== null && !this.#isKnown(tableId, nowMs);
  }

  make(record: StoredRecord, restampMs: number | null, nowMs: number): { bytes: Uint8Array; onAcked: () => void } {
    const { tableId, bytes } = record;
    const pointIds = tableId !== null && this.carriesTable(record, nowMs) ? this.#outbox.table(tableId) : undefined;
    const tables = tableId !== null && pointIds ? [{ tableId, pointIds }] : [];
    return {
      bytes: encodeLetter({ record: bytes, tables, restampMs }),
      onAcked: () => {
        for (const table of tables) this.#knownSinceMs.set(table.tableId, nowMs);
      },
    };
  }
}
