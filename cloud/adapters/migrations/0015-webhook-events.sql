-- What an integrator's server is told.
select record.create_kind('record', 'webhookEvent', '{state}', false);
