import type { Random } from '@kuluma/shared/clock.ts';
import { type Actor, freshBase, type Id, type IdKind } from '@kuluma/shared/model/base.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { type RecordKind, type RecordOf, recordKinds } from '@kuluma/shared/model/kinds.ts';

/** Kinds that the set-up consists of, which an import and the forms read and write. */
export const importKinds = [
  'person',
  'owner',
  'contact',
  'consent',
  'dataLicence',
  'messagePreference',
  'site',
  'gateway',
  'machineModel',
  'machine',
  'machinePlacement',
  'machineOwnership',
  'warranty',
  'serviceContract',
  'component',
  'measurementPoint',
  'pointAssignment',
  'technician',
  'depot',
  'part',
  'kit',
  'stockMovement',
  'checklist',
  'checklistEdition',
  'document',
  'documentFile',
] as const satisfies readonly (RecordKind & IdKind)[];
export type ImportKind = (typeof importKinds)[number];
export type Held = { readonly [K in ImportKind]: readonly RecordOf<K>[] };
export type Fields<K extends ImportKind> = Omit<RecordOf<K>, keyof ReturnType<typeof freshBase>>;

/** Where in the input a change comes from: the file and its line; of a form its kind and line 0. */
export interface Origin {
  readonly sheet: string;
  readonly line: number;
  readonly key: string;
}

/** A record that is made or changed; `before` is undefined for a new one. */
export type Touched = {
  [K in ImportKind]: {
    readonly kind: K;
    readonly before: RecordOf<K> | undefined;
    readonly after: RecordOf<K>;
    /** Whose place a new record takes, as another edition of it. */
    readonly replaces?: RecordOf<K> | undefined;
    readonly origin: Origin;
  };
}[ImportKind];

export interface WorldArgs {
  readonly held: Held;
  readonly organisationId: Id<'organisation'>;
  /** The system whose keys the rows carry: `erp`, `crm`. */
  readonly system: string;
  readonly actor: Actor;
  readonly nowMs: number;
  /** Of the company: its day is today. */
  readonly timeZone: string;
  readonly random: Random;
}

/** The records of an organisation as they will be, while rows are worked in one by one. */
export interface World {
  readonly nowMs: number;
  /** The day at the company, `2026-11-23`. */
  readonly today: string;
  /** The record that the system knows by this key; else the one of this id, part of this number or kit of this code. */
  readonly byKey: <K extends ImportKind>(kind: K, key: string) => RecordOf<K> | undefined;
  /** Records whose filter field has the value, oldest first. */
  readonly where: <K extends ImportKind>(
    kind: K,
    field: (typeof recordKinds)[K]['filters'][number],
    value: string,
  ) => RecordOf<K>[];
  readonly get: <K extends ImportKind>(kind: K, id: string) => RecordOf<K> | undefined;
  readonly all: <K extends ImportKind>(kind: K) => RecordOf<K>[];
  /** Brings the record up to date, or makes it where there is none yet; under a key of the other system, if it has one. */
  readonly put: <K extends ImportKind>(
    kind: K,
    known: RecordOf<K> | undefined,
    fields: Fields<K>,
    origin: Origin,
    key?: string,
  ) => RecordOf<K>;
  /** Makes the record of this key, or brings it up to date. */
  readonly upsert: <K extends ImportKind>(kind: K, key: string, fields: Fields<K>, origin: Origin) => RecordOf<K>;
  readonly insert: <K extends ImportKind>(
    kind: K,
    fields: Fields<K>,
    origin: Origin,
    replaces?: RecordOf<K>,
  ) => RecordOf<K>;
  readonly change: <K extends ImportKind>(
    kind: K,
    record: RecordOf<K>,
    fields: Partial<Fields<K>>,
    origin: Origin,
  ) => RecordOf<K>;
  /** Says that the other system knows the record by this key. */
  readonly link: <K extends ImportKind>(kind: K, record: RecordOf<K>, key: string, origin: Origin) => void;
  /** Takes back that the record ended. */
  readonly resume: <K extends ImportKind>(kind: K, record: RecordOf<K>, origin: Origin) => void;
  /** What differs from before, in the order in which it has to be written. */
  readonly touched: () => Touched[];
}

/** Stores hand back the keys of an object in an order of their own. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
export const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a, sorted) === JSON.stringify(b, sorted);

export const createWorld = (args: WorldArgs): World => {
  const { organisationId, system, actor: createdBy, nowMs, timeZone, random } = args;
  const records = new Map<string, unknown>();
  const byKind = new Map<ImportKind, Set<string>>();
  const keys = new Map<string, string>();
  const indices = new Map<string, Map<string, Set<string>>>();
  const before = new Map<string, unknown>();
  const replaced = new Map<string, unknown>();
  const touchedAt = new Map<string, { kind: ImportKind; origin: Origin }>();

  const read = <K extends ImportKind>(id: string) => records.get(id) as RecordOf<K>;
  const fieldOf = (record: unknown, field: string) => String((record as Record<string, unknown>)[field]);
  const enter = <K extends ImportKind>(kind: K, record: RecordOf<K>): void => {
    records.set(record.id, record);
    const ids = byKind.get(kind) ?? new Set();
    byKind.set(kind, ids.add(record.id));
    for (const external of record.externalIds)
      if (external.system === system) keys.set(`${kind} ${external.value}`, record.id);
    // An index that stands gets the record; any other is made from all records when it is asked for.
    for (const field of recordKinds[kind].filters) {
      const index = indices.get(`${kind} ${field}`);
      const value = fieldOf(record, field);
      index?.set(value, (index.get(value) ?? new Set()).add(record.id));
    }
  };
  for (const kind of importKinds) for (const record of args.held[kind]) enter(kind, record as RecordOf<typeof kind>);

  const indexOf = (kind: ImportKind, field: string): Map<string, Set<string>> => {
    const name = `${kind} ${field}`;
    const known = indices.get(name);
    if (known) return known;
    const index = new Map<string, Set<string>>();
    for (const id of byKind.get(kind) ?? []) {
      const value = fieldOf(records.get(id), field);
      index.set(value, (index.get(value) ?? new Set()).add(id));
    }
    indices.set(name, index);
    return index;
  };

  const enterTouched = <K extends ImportKind>(kind: K, record: RecordOf<K>, origin: Origin): RecordOf<K> => {
    const old = records.get(record.id);
    if (!touchedAt.has(record.id)) {
      if (old !== undefined) before.set(record.id, old);
      touchedAt.set(record.id, { kind, origin });
    }
    enter(kind, record);
    return record;
  };

  const world: World = {
    nowMs,
    today: dayKeyOf(nowMs, timeZone),
    byKey: (kind, key) => {
      const id = keys.get(`${kind} ${key}`);
      if (id !== undefined) return read(id);
      if (kind === 'part') return world.where('part', 'number', key)[0] as RecordOf<typeof kind> | undefined;
      if (kind === 'kit') return world.where('kit', 'code', key)[0] as RecordOf<typeof kind> | undefined;
      return world.get(kind, key);
    },
    // A record that changed its value stays in the old place of the index, so each is looked at again.
    where: (kind, field, value) =>
      [...(indexOf(kind, field).get(value) ?? [])]
        .map((id) => read<typeof kind>(id))
        .filter((record) => fieldOf(record, field) === value),
    get: (kind, id) => (byKind.get(kind)?.has(id) ? read<typeof kind>(id) : undefined),
    all: (kind) => [...(byKind.get(kind) ?? [])].map((id) => read<typeof kind>(id)),
    put: (kind, known, fields, origin, key) => {
      if (known) return world.change(kind, known, fields as Partial<Fields<typeof kind>>, origin);
      const base = freshBase(kind, { organisationId, createdBy, nowMs, random });
      const externalIds = key === undefined ? [] : [{ system, value: key }];
      return enterTouched(kind, { ...base, externalIds, ...fields } as unknown as RecordOf<typeof kind>, origin);
    },
    upsert: (kind, key, fields, origin) => world.put(kind, world.byKey(kind, key), fields, origin, key),
    insert: (kind, fields, origin, replaces) => {
      const record = world.put(kind, undefined, fields, origin);
      if (replaces) replaced.set(record.id, replaces);
      return record;
    },
    change: (kind, record, fields, origin) => {
      const next = { ...record, ...fields };
      return sameJson(next, record) ? record : enterTouched(kind, next, origin);
    },
    link: (kind, record, key, origin) => {
      enterTouched(kind, { ...record, externalIds: [...record.externalIds, { system, value: key }] }, origin);
    },
    resume: (kind, record, origin) => {
      const { endedAtMs: _, ...standing } = record as RecordOf<typeof kind> & { readonly endedAtMs?: number };
      enterTouched(kind, standing as unknown as RecordOf<typeof kind>, origin);
    },
    touched: () =>
      [...touchedAt]
        .map(
          ([id, { kind, origin }]) =>
            ({
              ...{ kind, before: before.get(id), after: records.get(id), origin },
              ...(replaced.has(id) ? { replaces: replaced.get(id) } : {}),
            }) as Touched,
        )
        .filter((one) => !sameJson(one.before, one.after)),
  };
  return world;
};
