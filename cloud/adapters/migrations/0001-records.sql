-- The body of a record is its whole truth, checked by its schema when it is written; every other column is generated
-- from it. Personal data stand in a schema of their own, so that rights, dumps and erasure can tell them apart.
create schema record;
create schema personal;

create function record.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is immutable', tg_table_name using errcode = 'KU001';
end $$;

create function record.snake_case(name text) returns text language sql immutable as
  $$ select lower(regexp_replace(name, '([A-Z])', '_\1', 'g')) $$;

-- The table of one record kind. `kind` and `filters` are spelled as in the model (camelCase).
create function record.create_kind(in_schema text, kind text, filters text[], immutable boolean) returns void
language plpgsql as $$
declare
  tab text := format('%I.%I', in_schema, record.snake_case(kind));
  filter text;
begin
  execute format('create table %s (
    written bigint generated always as identity,
    organisation_id text generated always as (body ->> ''organisationId'') stored,
    id text generated always as (body ->> ''id'') stored,
    version integer generated always as ((body ->> ''version'')::integer) stored,
    schema_version integer generated always as ((body ->> ''schemaVersion'')::integer) stored,
    created_at_ms bigint generated always as ((body ->> ''createdAtMs'')::bigint) stored,
    body jsonb not null,
    primary key (organisation_id, id))', tab);
  execute format('create index on %s (organisation_id, created_at_ms, written)', tab);
  foreach filter in array filters loop
    execute format('alter table %s add column %I text generated always as (body ->> %L) stored',
      tab, record.snake_case(filter), filter);
    execute format('create index on %s (organisation_id, %I, created_at_ms, written)', tab, record.snake_case(filter));
  end loop;
  if immutable then
    execute format('create trigger refuse_change before update or delete on %s
      for each row execute function record.refuse_change()', tab);
    execute format('create trigger refuse_truncate before truncate on %s
      for each statement execute function record.refuse_change()', tab);
  end if;
end $$;

select
  record.create_kind('record', 'organisation', '{}', false),
  record.create_kind('personal', 'person', '{}', false),
  record.create_kind('personal', 'contact', '{ownerId}', false),
  record.create_kind('personal', 'session', '{secretHash}', false),
  record.create_kind('personal', 'consent', '{contactId}', false),
  record.create_kind('record', 'owner', '{}', false),
  record.create_kind('record', 'site', '{}', false),
  record.create_kind('record', 'gateway', '{siteId}', false),
  record.create_kind('record', 'machineModel', '{code}', false),
  record.create_kind('record', 'machine', '{machineModelId}', false),
  record.create_kind('record', 'machinePlacement', '{machineId,siteId}', false),
  record.create_kind('record', 'machineOwnership', '{machineId,ownerId}', false),
  record.create_kind('record', 'component', '{machineId}', false),
  record.create_kind('record', 'measurementPoint', '{machineId}', false),
  record.create_kind('record', 'pointAssignment', '{pointId,gatewayId}', false),
  record.create_kind('record', 'dataLicence', '{ownerId}', false),
  record.create_kind('record', 'technician', '{personId,depotId}', false),
  record.create_kind('record', 'depot', '{}', false),
  record.create_kind('record', 'part', '{number}', false),
  record.create_kind('record', 'stockMovement', '{partId,place}', true),
  record.create_kind('record', 'forecastModel', '{machineModelId}', true),
  record.create_kind('record', 'forecast', '{machineId,componentId}', true),
  record.create_kind('record', 'recommendation', '{machineId,componentId,state}', false),
  record.create_kind('record', 'approval', '{recommendationId}', true),
  record.create_kind('record', 'offer', '{recommendationId,machineId,ownerId,contactId,state}', false),
  record.create_kind('record', 'slotHold', '{offerId,technicianId,state}', false),
  record.create_kind('record', 'acceptance', '{offerId}', true),
  record.create_kind('record', 'visit', '{machineId,technicianId,offerId,recommendationId,state}', false),
  record.create_kind('record', 'outcome', '{visitId,recommendationId}', true);

-- The two look-ups that know no organisation yet: a sign-in secret, and a gateway that connects.
create unique index session_secret on personal.session (secret_hash);
create unique index gateway_everywhere on record.gateway (id);
