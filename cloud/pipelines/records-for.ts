import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import type { PersonalKind } from '../core/privacy/processing-register.ts';
import { type PurposeId, purposeOf } from '../core/privacy/purposes.ts';
import type { RecordReader, Records, RecordTransaction } from '../ports.ts';

type Check = (kind: RecordKind) => void;

/** @throws Error where personal data are used for what they were not registered for: a bug, and never an input */
const checking = (id: PurposeId, kinds: readonly PersonalKind[], use: 'read' | 'written'): Check => {
  const named: ReadonlySet<RecordKind> = new Set(kinds);
  return (kind) => {
    if (recordKinds[kind].personal && !named.has(kind)) throw new Error(`${kind} is not to be ${use} for ${id}`);
  };
};

/** The same work, once the check has let it pass. */
const after =
  <A extends readonly unknown[], T>(check: () => void, work: (...of: A) => Promise<T>) =>
  async (...of: A): Promise<T> => {
    check();
    return work(...of);
  };

const readsOf = (reader: RecordReader, check: Check): RecordReader => ({
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
  findMachines: after(() => check('contact'), reader.findMachines),
});

type Writes = Pick<RecordTransaction, 'insert' | 'update' | 'erase' | 'eraseAnswers'>;

const writesOf = (tx: RecordTransaction, check: Check, checkRemoval: () => void): Writes => ({
  insert: async (kind, record) => {
    check(kind);
    return tx.insert(kind, record);
  },
  update: async (kind, record) => {
    check(kind);
    return tx.update(kind, record);
  },
  erase: after(checkRemoval, tx.erase),
  eraseAnswers: after(checkRemoval, tx.eraseAnswers),
});

/** Records of which it was said what they are used for. */
export interface PurposedRecords extends Records {
  readonly purpose: PurposeId;
}

/**
 * The same records, for one purpose (GDPR Article 5(1)(b)): of personal records only the kinds that the purpose names can be
 * read, also by whoever watches, and only those that it names to be written can be made and changed.
 */
export const recordsFor = (id: PurposeId, records: Records): PurposedRecords => {
  const { reads, writes, removes } = purposeOf(id);
  const check = checking(id, reads, 'read');
  const checkWrite = checking(id, writes, 'written');
  const checkRemoval = (): void => {
    if (!removes) throw new Error(`nothing personal is to be removed for ${id}`);
  };
  const mayRead = (kind: RecordKind): boolean => !recordKinds[kind].personal || reads.includes(kind as PersonalKind);
  const checkAll =
    (...kinds: readonly PersonalKind[]) =>
    () =>
      kinds.forEach(check);
  return {
    ...records,
    purpose: id,
    ...readsOf(records, check),
    transact: (work, by) =>
      records.transact((tx) => work({ ...tx, ...readsOf(tx, check), ...writesOf(tx, checkWrite, checkRemoval) }), by),
    findSession: after(checkAll('session'), records.findSession),
    findByEmail: after(checkAll('person', 'contact'), records.findByEmail),
    findPasskey: after(checkAll('passkey'), records.findPasskey),
    purge: after(checkRemoval, records.purge),
    purgeAnswers: after(checkRemoval, records.purgeAnswers),
    purgeChallenges: after(checkRemoval, records.purgeChallenges),
    watch: (listener) =>
      records.watch((written) =>
        listener({ ...written, records: written.records.filter(({ kind }) => mayRead(kind)) }),
      ),
  };
};
