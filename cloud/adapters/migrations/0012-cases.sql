-- Matters of owners with the company, and what was said in them; how to reach whoever reported a fault stands there.
select
  record.create_kind('personal', 'case', '{state,machineId,ownerId,visitId}', false),
  record.create_kind('personal', 'caseMessage', '{caseId}', true);
