import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import type { PersonalKind } from '../core/privacy/processing-register.ts';
import { type PurposeId, purposeOf } from '../core/privacy/purposes.ts';
import type { RecordReader, Records, RecordTransaction } from '../ports.ts';

/** @throws Error where personal data are read for what they were not registered for: a bug, and never an input */
const checking = (id: PurposeId): ((kind: RecordKind) => void) => {
  const reads: ReadonlySet<RecordKind> = new Set(purposeOf(id).reads);
  return (kind) => {
    if (recordKinds[kind].personal && !reads.has(kind)) throw new Error(`${kind} is not to be read for ${id}`);
  };
};

const readsOf = (reader: RecordReader, check: (kind: RecordKind) => void): RecordReader => ({
  get: async (kind, ...of) => {
    check(kind);
    return reader.get(kind, ...of);
  },
  list: async (kind, ...of) => {
    check(kind);
    return reader.list(kind, ...of);
  },
  count: async (kind, ...of) => {
    check(kind);
    return reader.count(kind, ...of);
  },
  newestOfEach: async (kind, ...of) => {
    check(kind);
    return reader.newestOfEach(kind, ...of);
  },
  naming: async (kind, ...of) => {
    check(kind);
    return reader.naming(kind, ...of);
  },
  findMachines: async (...of) => {
    check('contact');
    return reader.findMachines(...of);
  },
});

/**
 * The same records, read for one purpose (GDPR Article 5(1)(b)): of personal records only the kinds that the purpose names
 * can be read, also by whoever watches.
 */
export const recordsFor = (id: PurposeId, records: Records): Records => {
  const check = checking(id);
  const mayRead = (kind: RecordKind): boolean =>
    !recordKinds[kind].personal || purposeOf(id).reads.includes(kind as PersonalKind);
  const checked =
    <A extends readonly unknown[], T>(kinds: readonly PersonalKind[], read: (...of: A) => Promise<T>) =>
    async (...of: A): Promise<T> => {
      for (const kind of kinds) check(kind);
      return read(...of);
    };
  return {
    ...records,
    ...readsOf(records, check),
    transact: (work, by) =>
      records.transact((tx) => work({ ...tx, ...readsOf(tx, check) } satisfies RecordTransaction), by),
    findSession: checked(['session'], (secretHash: string) => records.findSession(secretHash)),
    findByEmail: checked(['person', 'contact'], (email: string) => records.findByEmail(email)),
    findPasskey: checked(['passkey'], (credentialId: string) => records.findPasskey(credentialId)),
    watch: (listener) =>
      records.watch((written) =>
        listener({ ...written, records: written.records.filter(({ kind }) => mayRead(kind)) }),
      ),
  };
};
