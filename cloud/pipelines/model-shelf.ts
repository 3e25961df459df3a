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
  const versions = new Map<string, Promise<ReadyModel | undefined>>();
  const faults: unknown[] = [];
  const open = async (record: RecordOf<'forecastModel'>): Promise<ReadyModel | undefined> => {
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
  const read = (record: RecordOf<'forecastModel'>): Promise<ReadyModel | undefined> => {
    const version = versions.get(record.id) ?? open(record);
    versions.set(record.id, version);
    return version;
  };
  const versionsOf = async (machineModelId: string): Promise<ReadyModels> => {
    const { present, shadow } = await standingFor(lookup, machineModelId);
    return { present: present && (await read(present)), shadow: shadow && (await read(shadow)) };
  };
  const knownVersionsOf = (machineModelId: string): Promise<ReadyModels> => {
    const found = known.get(machineModelId) ?? versionsOf(machineModelId);
    known.set(machineModelId, found);
    return found;
  };
  return {
    faults: faults as readonly unknown[],
    read,
    versionsOf: knownVersionsOf,
    /** Codes of the components of a machine model that the version in service forecasts; undefined where it cannot be read. */
    async forecastCodes(machineModelId: string): Promise<ReadonlySet<string> | undefined> {
      const { present } = await knownVersionsOf(machineModelId);
      if (!present && (await standingFor(lookup, machineModelId)).present) return undefined;
      return new Set(present?.model.targets.map(({ component }) => component));
    },
  };
};
export type ModelShelf = ReturnType<typeof createModelShelf>;
