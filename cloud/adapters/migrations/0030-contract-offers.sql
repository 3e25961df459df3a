-- A service contract as it is offered when a warranty ends: once for each warranty of an owner.
select record.create_kind('record', 'contractOffer', '{machineId,ownerId,state}', false);
create unique index contract_offer_once
  on record.contract_offer (organisation_id, machine_id, owner_id, (body ->> 'warrantyUntilOn'));
