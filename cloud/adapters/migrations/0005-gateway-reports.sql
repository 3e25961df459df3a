-- What gateways report beside samples.
select
  record.create_kind('record', 'alarm', '{pointId,gatewayId}', true),
  record.create_kind('record', 'gap', '{gatewayId}', true),
  record.create_kind('record', 'waveform', '{pointId}', true),
  record.create_kind('record', 'pointTable', '{gatewayId,tableId}', true),
  record.create_kind('record', 'gatewayConfig', '{gatewayId}', false);
