import { AppError } from '@kuluma/shared/errors.ts';
import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { RecordTransaction } from '../../ports.ts';
import { appendAudit, createAuditReader } from './audit-table.ts';
import type { Query } from './database.ts';
import { bodyText, createReader, organisationIdsIn, tableOf } from './record-tables.ts';

/** Grain of a technician's time, in which the planner counts ways and work: a hold blocks every cell that it touches. */
const cellMs = minuteMs;

export const createTransaction = (query: Query): RecordTransaction => {
  const vacate: RecordTransaction['vacate'] = async (hold) => {
    const sql = 'delete from record.busy_cell where organisation_id = $1 and hold_id = $2';
    await query(sql, [hold.organisationId, hold.id]);
  };
  return {
    ...createReader(query),
    ...createAuditReader(query),
    vacate,
    organisationIds: () => organisationIdsIn(query),
    async insert(kind, record) {
      await query(`insert into ${tableOf(kind)} (body) values ($1::jsonb)`, [bodyText(kind, record)]);
    },
    async update(kind, record) {
      if (recordKinds[kind].immutable) throw new AppError('CONFLICT', `a ${kind} cannot be changed`);
      const next = { ...record, version: record.version + 1 };
      const sql = `update ${tableOf(kind)} set body = $1::jsonb where organisation_id = $2 and id = $3 and version = $4`;
      const params = [bodyText(kind, next), record.organisationId, record.id, record.version];
      const { affected } = await query(sql, params);
      if (affected === 0)
        throw new AppError('CONFLICT', `the ${kind} was changed or removed since it was read`, {
          hint: 'read it again, then decide again',
        });
      return next;
    },
    async occupy(hold) {
      const first = Math.floor(hold.busyFromMs / cellMs) * cellMs;
      const cells = Math.ceil((hold.busyToMs - first) / cellMs);
      // Not an error inside the database, so that the transaction lives on and may try another slot.
      const { affected } = await query(
        `insert into record.busy_cell (organisation_id, technician_id, cell_start_ms, hold_id)
         select $1, $2, $3::bigint + n * ${cellMs}, $4 from generate_series(0, $5::integer - 1) n on conflict do nothing`,
        [hold.organisationId, hold.technicianId, first, hold.id, cells],
      );
      if (affected === cells) return;
      await vacate(hold);
      throw new AppError('SLOT_TAKEN', 'the technician is booked for a part of this time');
    },
    async erase(kind, organisationId, ids) {
      const { rows } = await query('select personal.erase($1, $2, $3) as removed', [kind, organisationId, ids]);
      return Number(rows[0]?.['removed']);
    },
    async eraseAnswers(organisationId, texts) {
      const among = 'exists (select from unnest($2::text[]) as said where strpos(answer::text, said) > 0)';
      await query(`delete from personal.command_answer where organisation_id = $1 and ${among}`, [
        organisationId,
        texts,
      ]);
    },
    appendAudit: (entry) => appendAudit(query, entry),
    async answered(organisationId, idempotencyKey) {
      const sql = 'select answer from personal.command_answer where organisation_id = $1 and idempotency_key = $2';
      return (await query(sql, [organisationId, idempotencyKey])).rows[0]?.['answer'];
    },
    async remember(organisationId, idempotencyKey, answer) {
      const sql =
        'insert into personal.command_answer (organisation_id, idempotency_key, answer) values ($1, $2, $3::jsonb)';
      await query(sql, [organisationId, idempotencyKey, JSON.stringify(answer ?? null)]);
    },
  };
};
