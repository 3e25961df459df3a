import type { Period } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type ImportKind, type Origin, sameJson, type World } from './world.ts';

/** Kinds that say what held of something from when to when. */
type PeriodKind = { [K in ImportKind]: RecordOf<K> extends { period: Period } ? K : never }[ImportKind];
type FieldsOf<K extends PeriodKind> = Partial<RecordOf<K>>;

type Field<K extends PeriodKind> = Parameters<World['where']>[1] & keyof RecordOf<K>;

const matches = <K extends PeriodKind>(record: RecordOf<K>, fields: FieldsOf<K>): boolean =>
  Object.entries(fields).every(([name, wanted]) => sameJson(record[name as keyof RecordOf<K>], wanted));
const periodOf = (record: unknown): Period => (record as { period: Period }).period;

/**
 * What holds of something and has no end yet.
 * @param about fields that name the thing, the first one a filter of the kind
 */
export const running = <K extends PeriodKind>(world: World, kind: K, about: FieldsOf<K>): RecordOf<K> | undefined => {
  const [field, value] = Object.entries(about)[0] as [Field<K>, string];
  return world
    .where(kind, field as Parameters<typeof world.where<K>>[1], value)
    .find((record) => matches(record, about) && periodOf(record).toMs === null);
};

/** Ends what holds of something, if anything does. */
export const endsAt = <K extends PeriodKind>(
  world: World,
  kind: K,
  about: FieldsOf<K>,
  atMs: number,
  origin: Origin,
): void => {
  const record = running(world, kind, about);
  if (!record) return;
  const period = periodOf(record);
  const ended = { period: { ...period, toMs: Math.max(atMs, period.fromMs) } };
  world.change(kind, record, ended as Parameters<typeof world.change<K>>[2], origin);
};

/**
 * Says what holds of something from `fromMs` on. What holds already and is the same stays; what is different ends then,
 * so that the past remains as it was.
 * @param about fields that name the thing, the first one a filter of the kind
 * @param what the fields that are said of it; null: nothing any more, from now on; undefined: as it was
 */
export const holdsFrom = <K extends PeriodKind>(
  world: World,
  kind: K,
  about: FieldsOf<K>,
  what: FieldsOf<K> | null | undefined,
  fromMs: number,
  origin: Origin,
): void => {
  if (what === undefined) return;
  if (what === null) {
    endsAt(world, kind, about, world.nowMs, origin);
    return;
  }
  const known = running(world, kind, about);
  if (known && matches(known, what)) return;
  // A change without a date of its own happens now: what held until today is not rewritten.
  const since = known && fromMs <= periodOf(known).fromMs ? world.nowMs : fromMs;
  endsAt(world, kind, about, since, origin);
  const fields = { ...about, ...what, period: { fromMs: since, toMs: null } };
  world.insert(kind, fields as unknown as Parameters<typeof world.insert<K>>[1], origin);
};
