import type { FilterOf, RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import type { RecordQuery, RecordReader, WrittenRecord } from '../ports.ts';

type AnyRecord = RecordOf<RecordKind>;

/** So many are read at once: a store in this process holds everything else up while it reads. */
const perRead = 1000;

/** All records of a kind, a part at a time; between the parts other work goes on, also on the records themselves. */
export const readInParts = async <K extends RecordKind>(
  reader: RecordReader,
  kind: K,
  organisationId: string,
  take: (records: readonly RecordOf<K>[]) => void,
  query: RecordQuery<K> = {},
): Promise<void> => {
  for (let after: RecordQuery<K>['after']; ; ) {
    const part = await reader.list(kind, organisationId, { ...query, limit: perRead, ...(after ? { after } : {}) });
    take(part);
    after = part.at(-1);
    if (!after || part.length < perRead) return;
    await new Promise((resume) => setImmediate(resume));
  }
};

const fieldOf = (record: AnyRecord, field: string): unknown => (record as Readonly<Record<string, unknown>>)[field];

/** The records of one kind, by id and by each of the fields that queries may name. */
class HeldKind {
  readonly #byId = new Map<string, AnyRecord>();
  readonly #groups: ReadonlyMap<string, Map<unknown, Map<string, AnyRecord>>>;

  constructor(kind: RecordKind) {
    this.#groups = new Map(recordKinds[kind].filters.map((field) => [field, new Map()]));
  }

  put(record: AnyRecord): void {
    const before = this.#byId.get(record.id);
    // What was read may be newer than the news of an earlier change.
    if (before && before.version > record.version) return;
    this.#byId.set(record.id, record);
    for (const [field, groups] of this.#groups) {
      const value = fieldOf(record, field);
      if (before && fieldOf(before, field) !== value) groups.get(fieldOf(before, field))?.delete(record.id);
      const group = groups.get(value) ?? new Map<string, AnyRecord>();
      groups.set(value, group.set(record.id, record));
    }
  }

  get(id: string): AnyRecord | undefined {
    return this.#byId.get(id);
  }

  all(): readonly AnyRecord[] {
    return [...this.#byId.values()];
  }

  by(field: string, value: string): readonly AnyRecord[] {
    return [...(this.#groups.get(field)?.get(value)?.values() ?? [])];
  }
}

/**
 * All records of some kinds of an organisation in memory: read once, then kept as they are by what each transaction wrote.
 * Gives them as a reader does; whatever else is asked goes to the store.
 */
export class HeldRecords {
  readonly #store: RecordReader;
  readonly #organisationId: string;
  readonly #kinds: ReadonlyMap<RecordKind, HeldKind>;

  constructor(store: RecordReader, organisationId: string, kinds: readonly RecordKind[]) {
    this.#store = store;
    this.#organisationId = organisationId;
    this.#kinds = new Map(kinds.map((kind) => [kind, new HeldKind(kind)]));
  }

  async load(): Promise<void> {
    for (const [kind, held] of this.#kinds)
      await readInParts(this.#store, kind, this.#organisationId, (records) => {
        for (const record of records) held.put(record);
      });
  }

  /** @returns whether it is of a kind that is held */
  take({ kind, record }: WrittenRecord): boolean {
    const held = this.#kinds.get(kind);
    held?.put(record);
    return held !== undefined;
  }

  all<K extends RecordKind>(kind: K): readonly RecordOf<K>[] {
    return (this.#kinds.get(kind)?.all() ?? []) as readonly RecordOf<K>[];
  }

  by<K extends RecordKind>(kind: K, field: FilterOf<K>, value: string): readonly RecordOf<K>[] {
    return (this.#kinds.get(kind)?.by(String(field), value) ?? []) as readonly RecordOf<K>[];
  }

  /** For one organisation only, as what it holds. */
  get reader(): RecordReader {
    const store = this.#store;
    return {
      ...store,
      get: async <K extends RecordKind>(kind: K, organisationId: string, id: string) => {
        const held = this.#kinds.get(kind);
        return held ? (held.get(id) as RecordOf<K> | undefined) : store.get(kind, organisationId, id);
      },
      list: async <K extends RecordKind>(kind: K, organisationId: string, query: RecordQuery<K> = {}) => {
        const held = this.#kinds.get(kind);
        const { where = {}, ...rest } = query;
        const [[field, value] = [], ...others] = Object.entries(where);
        if (
          !held ||
          typeof value !== 'string' ||
          field === undefined ||
          others.length > 0 ||
          Object.keys(rest).length > 0
        )
          return store.list(kind, organisationId, query);
        return [...held.by(field, value)] as RecordOf<K>[];
      },
    };
  }
}
