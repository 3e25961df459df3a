import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ForecastView } from '@kuluma/shared/model/views/machine.ts';
import type { Lookup } from '../../pipelines/lookup.ts';

/** @param ours whether the viewer is of the service company, and may know whose machines failed. */
export const forecastViewOf = async (
  lookup: Lookup,
  forecast: RecordOf<'forecast'>,
  ours: boolean,
): Promise<ForecastView> => ({
  forecastId: forecast.id,
  forecastAt: isoOf(forecast.forecastAtMs),
  rulDays: forecast.rulDays,
  failureProbability: forecast.failureProbability,
  degradationIndex: forecast.degradationIndex,
  healthGrade: forecast.healthGrade,
  drivers: forecast.drivers,
  similarFailures: (forecast.similarFailures ?? []).map(({ machine, machineId, failedAtMs, leftDays, lifeDays }) => ({
    machine: ours ? machine : null,
    machineId: ours ? machineId : null,
    failedAt: failedAtMs === null ? null : isoOf(failedAtMs),
    leftDays,
    lifeDays,
  })),
  dataQuality: forecast.dataQuality,
  abstainReason: forecast.abstainReason,
  modelVersion: (await lookup.get('forecastModel', forecast.forecastModelId))?.modelVersion ?? '',
});
