import type { Id } from '@kuluma/shared/model/base.ts';
import type { FilterOf, RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { RecordQuery, RecordReader } from '../ports.ts';

/**
 * Reads for one piece of work: each record is fetched once however often it is named, and a kind that all of it needs can be
 * loaded in one query.
 */
export interface Lookup {
  readonly organisationId: Id<'organisation'>;
  get<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined>;
  /** Records of the kind whose `field` is `id`, oldest first. */
  by<K extends RecordKind>(kind: K, field: FilterOf<K>, id: string): Promise<readonly RecordOf<K>[]>;
  list<K extends RecordKind>(kind: K, query?: RecordQuery<K>): Promise<RecordOf<K>[]>;
  count<K extends RecordKind>(kind: K, query?: RecordQuery<K>): Promise<number>;
  /** The newest record of each value of `field`. */
  newestOfEach<K extends RecordKind>(kind: K, field: FilterOf<K>): Promise<RecordOf<K>[]>;
  /** From here on the kinds are answered from memory. */
  preload(...kinds: readonly RecordKind[]): Promise<void>;
}

type AnyRecord = Readonly<Record<string, unknown>>;

/** All records of a kind, grouped by a field once that is asked for: a fleet is gone through without searching it anew for each machine. */
class PreloadedKind {
  readonly #groups = new Map<string, ReadonlyMap<unknown, readonly AnyRecord[]>>();
  readonly #records: readonly AnyRecord[];

  constructor(records: readonly AnyRecord[]) {
    this.#records = records;
  }

  by(field: string, value: string): readonly AnyRecord[] {
    const groups = this.#groups.get(field) ?? Map.groupBy(this.#records, (record) => record[field]);
    this.#groups.set(field, groups);
    return groups.get(value) ?? [];
  }
}

export const createLookup = (reader: RecordReader, organisationId: Id<'organisation'>): Lookup => {
  const single = new Map<string, Promise<unknown>>();
  const whole = new Map<RecordKind, PreloadedKind>();
  const remembered = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = single.get(key) as Promise<T> | undefined;
    if (known) return known;
    const reading = read();
    single.set(key, reading);
    return reading;
  };
  return {
    organisationId,
    get: <K extends RecordKind>(kind: K, id: string) =>
      remembered(`${kind} ${id}`, async () => {
        const all = whole.get(kind);
        return all ? (all.by('id', id)[0] as RecordOf<K> | undefined) : reader.get(kind, organisationId, id);
      }),
    by: <K extends RecordKind>(kind: K, field: FilterOf<K>, id: string) =>
      remembered(`${kind} ${field} ${id}`, async () => {
        const all = whole.get(kind);
        if (all) return all.by(field, id) as readonly RecordOf<K>[];
        return reader.list(kind, organisationId, { where: { [field]: id } } as RecordQuery<K>);
      }),
    list: (kind, query) => reader.list(kind, organisationId, query),
    count: (kind, query) => reader.count(kind, organisationId, query),
    newestOfEach: (kind, field) => reader.newestOfEach(kind, organisationId, field),
    async preload(...kinds) {
      for (const kind of kinds) whole.set(kind, new PreloadedKind(await reader.list(kind, organisationId)));
    },
  };
};

/** A record that the data model promises to be there. @throws Error: a broken reference is a bug, not an input. */
export const needed = <T>(record: T | undefined, what: string): T => {
  if (record === undefined) throw new Error(`a record refers to a ${what} that does not exist`);
  return record;
};

/** The time zone of the service company, whose days are those of agreements and prices. */
export const companyZone = async (
  reader: Pick<RecordReader, 'get'>,
  organisationId: Id<'organisation'>,
): Promise<string> => needed(await reader.get('organisation', organisationId, organisationId), 'organisation').timeZone;
