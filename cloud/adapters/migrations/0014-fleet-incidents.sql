-- One decision on what came up on many machines.
select record.create_kind('record', 'fleetIncident', '{}', true);
