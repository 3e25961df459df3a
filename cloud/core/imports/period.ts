import type { Period } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type ImportKind, type Origin, sameJson, type World } from './world.ts';

/** Kinds that say what held of something from when to when. */
type PeriodKind = { [K in ImportKind]: RecordOf<K> extends { period: Period } ? K : never }[ImportKind];
type FieldsOf<K extends PeriodKind> = Partial<RecordOf<K>>;

/**
 * Says what holds of something from `fromMs` on. What holds already and is the same stays; what is different ends then,
 * so that the past remains as it was.
 * @param about fields that name the thing, the first one a filter of the kind
 * @param what the fields that are said of it
 */
export const holdsFrom = <K extends PeriodKind>(
  world: World,
  kind: K,
  about: FieldsOf<K>,
  what: FieldsOf<K>,
  fromMs: number,
  origin: Origin,
): void => {
  const [field, value] = Object.entries(about)[0] as [Parameters<typeof world.where<K>>[1], string];
  const matches = (record: RecordOf<K>, fields: FieldsOf<K>) =>
    Object.entries(fields).every(([name, wanted]) => sameJson(record[name as keyof RecordOf<K>], wanted));
  const running = world
    .where(kind, field, value)
    .find((record) => matches(record, about) && (record as { period: Period }).period.toMs === null);
  if (running && matches(running, what)) return;
  let since = fromMs;
  if (running) {
    const { period } = running as { period: Period };
    // A change without a date of its own happens now: what held until today is not rewritten.
    if (since <= period.fromMs) since = world.nowMs;
    const ended = { period: { ...period, toMs: since } };
    world.change(kind, running, ended as Parameters<typeof world.change<K>>[2], origin);
  }
  const fields = { ...about, ...what, period: { fromMs: since, toMs: null } };
  world.insert(kind, fields as unknown as Parameters<typeof world.insert<K>>[1], origin);
};
