-- What is agreed for a machine: the warranty of its maker, and the service contract of its owner.
select
  record.create_kind('record', 'warranty', '{machineId}', false),
  record.create_kind('record', 'serviceContract', '{machineId,ownerId}', false);
