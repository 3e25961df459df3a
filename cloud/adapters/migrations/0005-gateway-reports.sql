-- What gateways report beside samples, and how well their points were measured.
select
  record.create_kind('record', 'alarm', '{pointId,gatewayId}', true),
  record.create_kind('record', 'gap', '{gatewayId}', true),
  record.create_kind('record', 'waveform', '{pointId}', true),
  record.create_kind('record', 'pointTable', '{gatewayId,tableId}', true),
  record.create_kind('record', 'pointQuality', '{pointId}', false),
  record.create_kind('record', 'gatewayConfig', '{gatewayId}', false);
