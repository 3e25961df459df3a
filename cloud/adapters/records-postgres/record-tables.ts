import { AppError } from '@kuluma/shared/errors.ts';
import { type FilterOf, type RecordKind, type RecordOf, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { RecordQuery, RecordReader } from '../../ports.ts';
import type { Query, QueryResult } from './database.ts';

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Schema-qualified name of the table of a kind. Personal data stand apart. */
export const tableOf = (kind: RecordKind): string =>
  `${recordKinds[kind].personal ? 'personal' : 'record'}.${snakeCase(kind)}`;

/** The bodies of a result: each was checked by its schema when it was written. */
export const bodiesOf = <K extends RecordKind>(result: QueryResult): RecordOf<K>[] =>
  result.rows.map((row) => row['body'] as RecordOf<K>);

/** The record as the text of its body. @throws INPUT_INVALID with all faults. */
export const bodyText = <K extends RecordKind>(kind: K, record: RecordOf<K>): string =>
  JSON.stringify(parse(recordKinds[kind].schema, record, `the ${kind}`));

const columnOf = <K extends RecordKind>(kind: K, filter: string): string => {
  const filters: readonly string[] = recordKinds[kind].filters;
  if (!filters.includes(filter)) throw new AppError('INPUT_INVALID', `a ${kind} cannot be filtered by ${filter}`);
  return snakeCase(filter);
};

const listQuery = <K extends RecordKind>(kind: K, organisationId: string, query: RecordQuery<K>) => {
  const params: unknown[] = [organisationId];
  let sql = `select body from ${tableOf(kind)} where organisation_id = $1`;
  const where: { readonly [F in FilterOf<K>]?: string } = query.where ?? {};
  for (const [filter, value] of Object.entries<string | undefined>(where)) {
    if (value === undefined) continue;
    params.push(value);
    sql += ` and ${columnOf(kind, filter)} = $${params.length}`;
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
  const order = query.newestFirst ? 'desc' : 'asc';
  sql += ` order by created_at_ms ${order}, written ${order}`;
  if (query.limit !== undefined) {
    params.push(query.limit);
    sql += ` limit $${params.length}`;
  }
  return { sql, params };
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
});
