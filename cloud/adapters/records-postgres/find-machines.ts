import type { MachineHit } from '../../ports.ts';
import type { Query } from './database.ts';

/** Fewer digits of a phone number would find everybody's. */
const leastDigits = 4;

/** `%`, `_` and the backslash stand for themselves. */
const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A number without its country code has no more. */
const mostDigits = 9;

/** The digits that a phone number is written with in its country and from abroad; empty where the text is none. */
const phoneDigits = (text: string): string => {
  if (!/^[+\d\s()/-]+$/.test(text)) return '';
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length >= leastDigits ? digits.slice(-mostDigits) : '';
};

const now = `(body -> 'period' ->> 'toMs') is null`;

/**
 * One pass over each of four small tables, then their machines by index. A search of words inside of names can use no
 * plain index; 5,000 machines are read in some tens of milliseconds.
 */
const sql = `
  with machine_hit as (
    select id, case when body ->> 'serialNumber' ilike $2 then body ->> 'serialNumber' else body ->> 'tag' end as found
    from record.machine
    where organisation_id = $1 and (body ->> 'serialNumber' ilike $2 or body ->> 'tag' ilike $2)),
  owner_hit as (
    select id, 'owner' as by, body ->> 'name' as found from record.owner
    where organisation_id = $1 and body ->> 'name' ilike $2
    union all
    select owner_id, 'contact', case when body ->> 'name' ilike $2 then body ->> 'name' else body ->> 'phone' end
    from personal.contact
    where organisation_id = $1 and (body ->> 'name' ilike $2
      or ($4 <> '' and regexp_replace(body ->> 'phone', '\\D', '', 'g') like '%' || $4 || '%'))),
  site_hit as (
    select id, body ->> 'name' as found from record.site where organisation_id = $1 and body ->> 'name' ilike $2),
  hit as (
    select id as machine_id, 'machine' as by, found from machine_hit
    union all
    select o.machine_id, h.by, h.found from owner_hit h
    join record.machine_ownership o on o.organisation_id = $1 and o.owner_id = h.id and ${now}
    union all
    select p.machine_id, 'site', h.found from site_hit h
    join record.machine_placement p on p.organisation_id = $1 and p.site_id = h.id and ${now}),
  ranked as (
    select *, case when found ilike $3 then 0 else 1 end as begins,
      case by when 'machine' then 0 when 'owner' then 1 when 'contact' then 2 else 3 end as rank
    from hit),
  best as (select distinct on (machine_id) * from ranked order by machine_id, begins, rank, found)
  select machine_id, by, found from best order by begins, rank, found, machine_id limit $5`;

export const findMachines = async (
  query: Query,
  organisationId: string,
  text: string,
  limit: number,
): Promise<MachineHit[]> => {
  const words = literally(text.trim());
  if (words === '') return [];
  const params = [organisationId, `%${words}%`, `${words}%`, phoneDigits(text), limit];
  const { rows } = await query(sql, params);
  return rows.map((row) => ({
    machineId: row['machine_id'] as MachineHit['machineId'],
    by: row['by'] as MachineHit['by'],
    text: row['found'] as string,
  }));
};
