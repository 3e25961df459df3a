-- How machines of which nothing is forecast stand against their own baseline.
select record.create_kind('record', 'machineState', '{machineId}', true);
