-- Personal data end, also those that nobody may change while they last; what is not personal never does.
create or replace function record.refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_schema = 'personal' and current_setting('kuluma.erasing', true) = 'on' then
    return old;
  end if;
  raise exception '% is immutable', tg_table_name using errcode = 'KU001';
end $$;

-- Removes the records of a personal kind whose instant `since` is before the given one, and says how many.
create function personal.purge(kind text, since text, before_ms bigint) returns bigint language plpgsql as $$
declare
  removed bigint;
begin
  perform set_config('kuluma.erasing', 'on', true);
  execute format('delete from personal.%I where (body ->> %L)::bigint < $1', record.snake_case(kind), since)
    using before_ms;
  get diagnostics removed = row_count;
  perform set_config('kuluma.erasing', 'off', true);
  return removed;
end $$;
