import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { RecordReader, Records } from '../../ports.ts';
import { KeptAnswers } from './kept-answers.ts';

/** What every request asks for, and what names and describes a machine: read much more often than it changes. */
const keptKinds: ReadonlySet<RecordKind> = new Set([
  'alarm',
  'component',
  'contact',
  'forecast',
  'forecastModel',
  'kit',
  'machine',
  'machineModel',
  'machineOwnership',
  'machinePlacement',
  'machineState',
  'measurementPoint',
  'message',
  'offer',
  'organisation',
  'owner',
  'person',
  'recommendation',
  'session',
  'site',
  'technician',
  'visit',
]);

/** Of all organisations. */
const anywhere = '*';
const groupOf = (organisationId: string, kind: RecordKind): string => `${organisationId} ${kind}`;

/**
 * The same records of a store that nobody but this process writes to, with answers kept until a record of their kind is
 * written or removed: each query of PGlite costs this process half a millisecond. What is read in a transaction is never
 * of these. Lists without a condition go through whole kinds, and are not kept.
 * @param refuse throws where nothing but a transaction may be asked: also what is kept is refused there.
 */
export const keepReads = <R extends Records>(records: R, refuse: () => void): R => {
  const answers = new KeptAnswers();
  const keep = async <T>(organisationId: string, kind: RecordKind, question: string, read: () => Promise<T>) => {
    refuse();
    return answers.of(groupOf(organisationId, kind), question, read);
  };
  records.watch(({ organisationId, kinds }) => {
    for (const kind of kinds) {
      answers.forget(groupOf(organisationId, kind));
      answers.forget(groupOf(anywhere, kind));
    }
  });
  const isKept = (kind: RecordKind, query: { readonly where?: unknown } = { where: {} }): boolean =>
    keptKinds.has(kind) && query.where !== undefined;
  const reader: Pick<RecordReader, 'get' | 'list' | 'count'> = {
    get: (kind, organisationId, id) => {
      const read = () => records.get(kind, organisationId, id);
      return isKept(kind) ? keep(organisationId, kind, id, read) : read();
    },
    list: async <K extends RecordKind>(kind: K, organisationId: string, query = {}): Promise<RecordOf<K>[]> => {
      const read = () => records.list(kind, organisationId, query);
      if (!isKept(kind, query)) return read();
      return [...(await keep(organisationId, kind, JSON.stringify(query), read))];
    },
    count: (kind, organisationId, query = {}) => {
      const read = () => records.count(kind, organisationId, query);
      return isKept(kind, query) ? keep(organisationId, kind, `count ${JSON.stringify(query)}`, read) : read();
    },
  };
  return {
    ...records,
    ...reader,
    findSession: (secretHash) => keep(anywhere, 'session', secretHash, () => records.findSession(secretHash)),
    // Of whichever organisations.
    purge: async (rule) => {
      const removed = await records.purge(rule);
      answers.forgetAll();
      return removed;
    },
  };
};
