-- What technicians state of their work, each statement for ever, and what the field needs of the planner.
select
  record.create_kind('personal', 'visitEntry', '{visitId}', true),
  record.create_kind('personal', 'followUp', '{visitId,state}', false);
