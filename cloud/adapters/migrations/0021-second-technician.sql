-- Visits of two technicians, for the day of the second one.
alter table record.visit
  add column second_technician_id text generated always as (body ->> 'secondTechnicianId') stored;
create index on record.visit (organisation_id, second_technician_id, created_at_ms, written);
