import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import type { RecordReader } from '../ports.ts';

/** So many records are in memory at a time. */
const perPage = 1000;

/** By which people come in here: of no use to another system, and of some to whoever wants to come in. */
const waysIn: readonly string[] = [
  'session',
  'passkey',
  'secondFactor',
  'pushSubscription',
] satisfies readonly RecordKind[];
/** What says that something is unchanged, and opens nothing. */
const proofs: readonly string[] = ['modelHash', 'configHash', 'previousHash'];
const isSecret = (field: string): boolean => /(Hash|^enrolment)$/.test(field) && !proofs.includes(field);

/** Kinds of records that an export holds. */
export const exportedKinds = (Object.keys(recordKinds) as RecordKind[]).filter((kind) => !waysIn.includes(kind));

/** Fields of a kind in the order of its schema, without secrets. */
export const exportedFields = (kind: RecordKind): string[] =>
  Object.keys(recordKinds[kind].schema.properties).filter((field) => !isSecret(field));

/** All records of a kind, oldest first, as cells in the order of `exportedFields`: what has parts is JSON. */
export async function* recordRows(
  records: RecordReader,
  organisationId: string,
  kind: RecordKind,
): AsyncGenerator<(string | number | boolean | null)[]> {
  const fields = exportedFields(kind);
  let after: { id: string; createdAtMs: number } | undefined;
  do {
    const page = await records.list(kind, organisationId, { limit: perPage, ...(after ? { after } : {}) });
    for (const record of page) {
      const values = record as unknown as Record<string, unknown>;
      yield fields.map((field) => {
        const value = values[field] ?? null;
        return typeof value === 'object' && value !== null
          ? JSON.stringify(value)
          : (value as string | number | boolean | null);
      });
    }
    after = page.length < perPage ? undefined : page.at(-1);
  } while (after);
}
