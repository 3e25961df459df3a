import { idOf } from '@kuluma/shared/model/base.ts';
import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { type PersonalKind, processingRegister } from './processing-register.ts';

export const personalKinds = Object.keys(processingRegister) as PersonalKind[];

const patternOf = (kind: 'person' | 'contact' | 'technician'): string =>
  (idOf(kind) as unknown as { readonly pattern: string }).pattern;
const people = new Set([patternOf('person'), patternOf('contact'), patternOf('technician')]);
const sha256 = '^[0-9a-f]{64}$';

/** Whether a text of such a pattern stands anywhere in a schema, apart from who made the record. */
const has = (schema: unknown, patterns: ReadonlySet<string>): boolean => {
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries(schema).some(([key, value]) => {
    if (key === 'createdBy') return false;
    return key === 'pattern' ? patterns.has(String(value)) : has(value, patterns);
  });
};

const kinds = Object.keys(recordKinds) as RecordKind[];

/** Whether records of the kind name people by a field of their own. */
export const namesPeople = (kind: RecordKind): boolean => has(recordKinds[kind].schema, people);

/** Kinds apart from people's own data that name people by random ids: what was offered to them, sent, decided, done. */
export const pseudonymousKinds: readonly RecordKind[] = kinds.filter(
  (kind) => !recordKinds[kind].personal && namesPeople(kind),
);

/** Kinds whose records may name a file by its content. */
export const fileKinds: readonly RecordKind[] = kinds.filter((kind) =>
  has(recordKinds[kind].schema, new Set([sha256])),
);

/** Files that a record names by their content, wherever in it. */
export const filesIn = (record: object): string[] =>
  [...JSON.stringify(record).matchAll(/"sha256":"([0-9a-f]{64})"/g)].map(([, hash = '']) => hash);
