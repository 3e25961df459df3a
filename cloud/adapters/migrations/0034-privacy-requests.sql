select record.create_kind('record', 'privacyRequest', '{personId,contactId,state}', false);

-- Removes records of a personal kind of one organisation by their ids, and says how many.
create function personal.erase(kind text, organisation text, ids text[]) returns bigint language plpgsql as $$
declare
  removed bigint;
begin
  perform set_config('kuluma.erasing', 'on', true);
  execute format('delete from personal.%I where organisation_id = $1 and id = any($2)', record.snake_case(kind))
    using organisation, ids;
  get diagnostics removed = row_count;
  perform set_config('kuluma.erasing', 'off', true);
  return removed;
end $$;
