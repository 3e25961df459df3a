import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type RecordKind, type RecordOf, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { RecordQuery, RecordReader } from '../../ports.ts';
import type { Query, QueryResult } from './database.ts';
import { findMachines } from './find-machines.ts';

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Schema-qualified name of the table of a kind. Personal data stand apart. */
export const tableOf = (kind: RecordKind): string =>
  `${recordKinds[kind].personal ? 'personal' : 'record'}.${snakeCase(kind)}`;

/** The bodies of a result: each was checked by its schema when it was written. */
export const bodiesOf = <K extends RecordKind>(result: QueryResult): RecordOf<K>[] =>
  result.rows.map((row) => row['body'] as RecordOf<K>);

export const organisationIdsIn = async (query: Query): Promise<Id<'organisation'>[]> => {
  const { rows } = await query(`select id from ${tableOf('organisation')} order by id`, []);
  return rows.map((row) => row['id'] as Id<'organisation'>);
};

/** The record as the text of its body. @throws INPUT_INVALID with all faults. */
export const bodyText = <K extends RecordKind>(kind: K, record: RecordOf<K>): string =>
  JSON.stringify(parse(recordKinds[kind].schema, record, `the ${kind}`));

const columnOf = <K extends RecordKind>(kind: K, filter: string): string => {
  const filters: readonly string[] = recordKinds[kind].filters;
  if (filter !== 'id' && !filters.includes(filter))
    throw new AppError('INPUT_INVALID', `a ${kind} cannot be filtered by ${filter}`);
  return snakeCase(filter);
};

/** The condition of a query, and its parameters. */
const conditionOf = <K extends RecordKind>(kind: K, organisationId: string, query: RecordQuery<K>) => {
  const params: unknown[] = [organisationId];
  let sql = 'organisation_id = $1';
  const where: Readonly<Record<string, string | readonly string[] | undefined>> = query.where ?? {};
  for (const [filter, value] of Object.entries(where)) {
    if (value === undefined) continue;
    params.push(value);
    const among = typeof value === 'string' ? `$${params.length}` : `any($${params.length})`;
    sql += ` and ${columnOf(kind, filter)} = ${among}`;
  }
  const created: [string, number | undefined][] = [
    ['>=', query.createdFromMs],
    ['<', query.createdBeforeMs],
  ];
  for (const [compare, ms] of created) {
    if (ms === undefined) continue;
    params.push(ms);
    sql += ` and created_at_ms ${compare} $${params.length}`;
  }
  if (query.after) {
    params.push(query.after.createdAtMs, query.after.id);
    const written = `select written from ${tableOf(kind)} where organisation_id = $1 and id = $${params.length}`;
    // One that was removed meanwhile has no place among those of its instant: they are all given once more.
    const place = `($${params.length - 1}, coalesce((${written}), ${query.newestFirst ? '9223372036854775807' : '0'}))`;
    sql += ` and (created_at_ms, written) ${query.newestFirst ? '<' : '>'} ${place}`;
  }
  return { sql, params };
};

const listQuery = <K extends RecordKind>(kind: K, organisationId: string, query: RecordQuery<K>) => {
  const { sql: condition, params } = conditionOf(kind, organisationId, query);
  const order = query.newestFirst ? 'desc' : 'asc';
  let sql = `select body from ${tableOf(kind)} where ${condition} order by created_at_ms ${order}, written ${order}`;
  for (const word of ['limit', 'offset'] as const) {
    if (query[word] === undefined) continue;
    params.push(query[word]);
    sql += ` ${word} $${params.length}`;
  }
  return { sql, params };
};

/** Jumps from value to value through the filter's index: it never reads a record it leaves. */
const eachValueSql = (table: string, column: string): string => {
  const next = `select ${column} as value from ${table} where organisation_id = $1`;
  return `with recursive each as (
      (${next} order by 1 limit 1)
      union all
      select (${next} and ${column} > each.value order by 1 limit 1) from each where each.value is not null)
    select value from each where value is not null`;
};

/** Takes the newest of each value through the same index. */
const newestOfEachSql = (table: string, column: string, areGiven: boolean): string => {
  const each = areGiven ? 'select unnest($2::text[]) as value' : eachValueSql(table, column);
  return `select newest.body from (${each}) each cross join lateral (
      select body from ${table} where organisation_id = $1 and ${column} = each.value
      order by created_at_ms desc, written desc limit 1) newest`;
};

export const createReader = (query: Query): RecordReader => ({
  async get(kind, organisationId, id) {
    const sql = `select body from ${tableOf(kind)} where organisation_id = $1 and id = $2`;
    return bodiesOf<typeof kind>(await query(sql, [organisationId, id]))[0];
  },
  async list(kind, organisationId, options = {}) {
    const { sql, params } = listQuery(kind, organisationId, options);
    return bodiesOf<typeof kind>(await query(sql, params));
  },
  async count(kind, organisationId, options = {}) {
    const { sql, params } = conditionOf(kind, organisationId, options);
    const { rows } = await query(`select count(*)::integer as count from ${tableOf(kind)} where ${sql}`, params);
    return Number(rows[0]?.['count']);
  },
  async newestOfEach(kind, organisationId, field, values) {
    const sql = newestOfEachSql(tableOf(kind), columnOf(kind, String(field)), values !== undefined);
    return bodiesOf<typeof kind>(await query(sql, values ? [organisationId, values] : [organisationId]));
  },
  async naming(kind, organisationId, texts) {
    const among = 'exists (select from unnest($2::text[]) as said where strpos(body::text, said) > 0)';
    const sql = `select body from ${tableOf(kind)} where organisation_id = $1 and ${among} order by created_at_ms, written`;
    return bodiesOf<typeof kind>(await query(sql, [organisationId, texts]));
  },
  findMachines: (organisationId, text, limit) => findMachines(query, organisationId, text, limit),
});
