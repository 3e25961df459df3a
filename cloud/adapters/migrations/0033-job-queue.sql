-- Heavy work on its way to one of all processes on this database. Outside the schemas that are backed up.
create table public.kuluma_job (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  name text not null,
  organisation_id text not null,
  -- Null once it has ended.
  input jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'doing', 'done', 'stopped', 'dead')),
  attempts integer not null default 0,
  most_attempts integer not null,
  due_at timestamptz not null default clock_timestamp(),
  doer text,
  held_until timestamptz,
  is_stop_asked boolean not null default false,
  progress jsonb,
  result jsonb,
  error jsonb,
  entered_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
-- While one of a name waits or is being done, no second one is entered.
create unique index kuluma_job_once on public.kuluma_job (name) where state in ('waiting', 'doing');
create index kuluma_job_open on public.kuluma_job (kind, due_at) where state in ('waiting', 'doing');
create index kuluma_job_ended on public.kuluma_job (name, ended_at);
