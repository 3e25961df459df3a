-- A technician's time in cells of five minutes. The primary key leaves the hold out: two holds cannot share a cell.
create table record.busy_cell (
  organisation_id text not null,
  technician_id text not null,
  cell_start_ms bigint not null,
  hold_id text not null,
  primary key (organisation_id, technician_id, cell_start_ms)
);
create index on record.busy_cell (organisation_id, hold_id);

-- What a command answered, so that its repetition gets the same answer.
create table record.command_answer (
  organisation_id text not null,
  idempotency_key text not null,
  answer jsonb not null,
  answered_at timestamptz not null default now(),
  primary key (organisation_id, idempotency_key)
);
