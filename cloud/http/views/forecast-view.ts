import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ForecastView } from '@kuluma/shared/model/views/machine.ts';
import type { Lookup } from '../../pipelines/lookup.ts';

export const forecastViewOf = async (lookup: Lookup, forecast: RecordOf<'forecast'>): Promise<ForecastView> => ({
  forecastId: forecast.id,
  forecastAt: isoOf(forecast.forecastAtMs),
  rulDays: forecast.rulDays,
  failureProbability: forecast.failureProbability,
  degradationIndex: forecast.degradationIndex,
  healthGrade: forecast.healthGrade,
  drivers: forecast.drivers,
  dataQuality: forecast.dataQuality,
  abstainReason: forecast.abstainReason,
  modelVersion: (await lookup.get('forecastModel', forecast.forecastModelId))?.modelVersion ?? '',
});
