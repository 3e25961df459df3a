-- What contracts would be worth as it was reckoned last, once for a machine.
select record.create_kind('record', 'contractReckoning', '{machineId}', false);
create unique index contract_reckoning_once on record.contract_reckoning (organisation_id, machine_id);
