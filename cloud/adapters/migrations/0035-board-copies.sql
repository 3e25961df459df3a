-- What-if copies of plans, number 0 the base. After a crash of the server they are made again: unlogged.
create unlogged table public.kuluma_board_copy (
  copy_id text not null,
  number integer not null,
  organisation_id text not null,
  before integer,
  body jsonb not null,
  kept_at timestamptz not null default clock_timestamp(),
  primary key (copy_id, number)
);
create index kuluma_board_copy_of on public.kuluma_board_copy (organisation_id, kept_at);
