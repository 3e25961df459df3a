import type { CopyShelf } from '../../ports.ts';
import type { Query } from './database.ts';

const mostCopies = 20;

/** Of an organisation those behind the last twenty. */
const clear = `delete from public.kuluma_board_copy where copy_id in (
  select copy_id from public.kuluma_board_copy where organisation_id = $1 group by copy_id
    order by max(kept_at) desc offset ${mostCopies - 1})`;

const clearOld = `delete from public.kuluma_board_copy where copy_id in (
  select copy_id from public.kuluma_board_copy group by copy_id
    having max(kept_at) < clock_timestamp() - make_interval(secs => $1))`;

/** Behind all others of its organisation, where several are made within what a clock tells apart. */
const open = `insert into public.kuluma_board_copy (copy_id, number, organisation_id, body, kept_at)
  select $1::text, 0, $2::text, $3::jsonb, greatest(clock_timestamp(), max(kept_at) + interval '1 microsecond')
  from public.kuluma_board_copy where organisation_id = $2::text`;

const keep = `insert into public.kuluma_board_copy (copy_id, number, organisation_id, before, body)
  select copy_id, $2::integer, organisation_id, $3::integer, $4::jsonb from public.kuluma_board_copy
    where copy_id = $1 and number = 0
  on conflict do nothing`;

/** Copies of plans in a table of the database. */
export const createCopyShelf = (query: Query): CopyShelf => {
  const bodyOf = async (copyId: string, number: number) =>
    (
      await query('select before, body from public.kuluma_board_copy where copy_id = $1 and number = $2', [
        copyId,
        number,
      ])
    ).rows[0];
  return {
    async open(organisationId, copyId, base) {
      await query(clear, [organisationId]);
      await query(open, [copyId, organisationId, JSON.stringify(base)]);
    },
    async keep(copyId, { number, before, body }) {
      return (await query(keep, [copyId, number, before, JSON.stringify(body)])).affected > 0;
    },
    async head(organisationId, copyId) {
      const sql = `select max(number) as head from public.kuluma_board_copy
        where copy_id = $1 and organisation_id = $2 and number > 0`;
      const head = (await query(sql, [copyId, organisationId])).rows[0]?.['head'];
      return head === null || head === undefined ? undefined : Number(head);
    },
    async base(copyId) {
      return (await bodyOf(copyId, 0))?.['body'];
    },
    async state(copyId, number) {
      const row = await bodyOf(copyId, number);
      const before = row?.['before'];
      return row && { number, before: before === null ? null : Number(before), body: row['body'] };
    },
    async forget(copyId, number) {
      await query('delete from public.kuluma_board_copy where copy_id = $1 and number = $2', [copyId, number]);
    },
    async drop(organisationId, copyId) {
      await query('delete from public.kuluma_board_copy where copy_id = $1 and organisation_id = $2', [
        copyId,
        organisationId,
      ]);
    },
    async dropOld(ageMs) {
      return (await query(clearOld, [ageMs / 1000])).affected;
    },
  };
};
