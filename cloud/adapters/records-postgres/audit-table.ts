import { AppError } from '@kuluma/shared/errors.ts';
import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import { emptyChain } from '../../core/audit/audited-change.ts';
import type { AuditQuery, AuditReader } from '../../ports.ts';
import type { Query } from './database.ts';
import { bodiesOf, bodyText, tableOf } from './record-tables.ts';

const atOnce = 1_000;
/** As the index of migration 0040 has it: an entry has one of both. */
const whoAsked = "coalesce(body #>> '{createdBy,personId}', body #>> '{createdBy,contactId}')";

export const createAuditReader = (query: Query): AuditReader => ({
  async auditEntries(
    organisationId,
    { fromSeq, newestFirst, about, by, kind, fromMs, toMs, limit = atOnce }: AuditQuery = {},
  ) {
    const params: unknown[] = [organisationId, Math.min(limit, atOnce)];
    let condition = 'organisation_id = $1';
    if (fromSeq !== undefined) condition += ` and seq ${newestFirst ? '<' : '>'} $${params.push(fromSeq)}`;
    if (about !== undefined) condition += ` and body -> 'about' ? $${params.push(about)}`;
    if (by !== undefined) condition += ` and ${whoAsked} = $${params.push(by)}`;
    if (kind !== undefined) condition += ` and body -> 'writes' @> $${params.push(JSON.stringify([{ kind }]))}::jsonb`;
    if (fromMs !== undefined) condition += ` and created_at_ms >= $${params.push(fromMs)}`;
    if (toMs !== undefined) condition += ` and created_at_ms < $${params.push(toMs)}`;
    const order = newestFirst ? 'desc' : 'asc';
    const sql = `select body from ${tableOf('auditEntry')} where ${condition} order by seq ${order} limit $2`;
    return bodiesOf<'auditEntry'>(await query(sql, params));
  },
  async auditEnd(organisationId) {
    const { rows } = await query('select seq, hash from record.audit_end where organisation_id = $1', [organisationId]);
    return rows[0] ? { seq: Number(rows[0]['seq']), hash: String(rows[0]['hash']) } : emptyChain;
  },
});

/** Moves the end of the chain first: two who append at once meet there, and the database has one of them begin anew. */
export const appendAudit = async (query: Query, entry: AuditEntry): Promise<void> => {
  const sql = `insert into record.audit_end as known (organisation_id, seq, hash) values ($1, $2, $3)
    on conflict (organisation_id) do update set seq = excluded.seq, hash = excluded.hash where known.seq = $2 - 1`;
  const { affected } = await query(sql, [entry.organisationId, entry.seq, entry.hash]);
  if (affected === 0) throw new AppError('CONFLICT', 'the entry does not follow the last one of the audit');
  await query(`insert into ${tableOf('auditEntry')} (body) values ($1::jsonb)`, [bodyText('auditEntry', entry)]);
};
