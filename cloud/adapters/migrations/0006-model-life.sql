-- The life of forecast models: which version does what, what people laid down, what a version in shadow said, and how
-- forecasts and their inputs turned out.
select
  record.create_kind('record', 'modelStep', '{machineModelId}', true),
  record.create_kind('record', 'modelPolicy', '{machineModelId}', true),
  record.create_kind('record', 'shadowForecast', '{componentId}', true),
  record.create_kind('record', 'forecastScore', '{machineModelId,componentId}', false),
  record.create_kind('record', 'modelCheck', '{machineModelId}', true);
