-- What named persons did to the plan on the board, and what a booking cost against its quote.
select
  record.create_kind('record', 'boardStep', '{}', true),
  record.create_kind('record', 'bookingCost', '{visitId}', true);
-- A mark is given once: of two steps at the same time one is made again.
create unique index board_step_number on record.board_step (organisation_id, ((body ->> 'number')::integer));
