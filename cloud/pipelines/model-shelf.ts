import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { TrainingSummary } from '../core/model-life/training-summary.ts';
import type { Lookup } from './lookup.ts';
import { standingFor } from './model-steps.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** A version with what it takes to forecast and to explain. */
export interface ReadyModel {
  readonly record: RecordOf<'forecastModel'>;
  readonly model: ForecastModel;
  /** Undefined for a version from before summaries were kept. */
  readonly summary: TrainingSummary | undefined;
}

export interface ReadyModels {
  readonly present: ReadyModel | undefined;
  readonly shadow: ReadyModel | undefined;
}

/**
 * The versions of every machine model, each read once. One that cannot be read is as good as none, and is told: its
 * machines get no forecast, all others do.
 */
export const createModelShelf = (deps: Pick<PipelineDeps, 'models' | 'log'>, lookup: Lookup) => {
  const known = new Map<string, Promise<ReadyModels>>();
  const faults: unknown[] = [];
  const readyOf = async (record: RecordOf<'forecastModel'> | undefined): Promise<ReadyModel | undefined> => {
    if (!record) return undefined;
    try {
      const model = await deps.models.get(record.file);
      const summary = record.summaryFile ? await deps.models.getSummary(record.summaryFile) : undefined;
      return { record, model, summary };
    } catch (error) {
      deps.log.error({ err: error, modelVersion: record.modelVersion }, 'a forecast model cannot be read');
      faults.push(error);
      return undefined;
    }
  };
  const read = async (machineModelId: string): Promise<ReadyModels> => {
    const { present, shadow } = await standingFor(lookup, machineModelId);
    return { present: await readyOf(present), shadow: await readyOf(shadow) };
  };
  return {
    faults: faults as readonly unknown[],
    versionsOf(machineModelId: string): Promise<ReadyModels> {
      const versions = known.get(machineModelId) ?? read(machineModelId);
      known.set(machineModelId, versions);
      return versions;
    },
  };
};
export type ModelShelf = ReturnType<typeof createModelShelf>;
