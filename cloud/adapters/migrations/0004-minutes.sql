-- Cells are of one minute now: what the planner puts end to end may meet in the middle of five. Kept times keep their length.
insert into record.busy_cell (organisation_id, technician_id, cell_start_ms, hold_id)
select organisation_id, technician_id, cell_start_ms + n * 60000, hold_id
from record.busy_cell, generate_series(1, 4) n;
