import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import { modelCard } from '../core/forecast/model-card.ts';
import type { FleetHistory } from '../core/history/fleet-history.ts';
import { mayTrainOn } from '../core/messages/permission.ts';
import type { RecordReader } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** For which machine model of which organisation. */
export interface ModelTarget {
  readonly organisationId: Id<'organisation'>;
  /** `MachineModel.code`. */
  readonly machineModelCode: string;
}

/** Names by which an export may know a machine of ours. */
const namesOf = ({ id, tag, serialNumber, externalIds }: RecordOf<'machine'>): string[] =>
  [id, tag, serialNumber, ...externalIds.map(({ value }) => value)].filter((name) => name !== '');

/** Names of our machines that are or were of an owner who has not licensed their data for fleet training, or of nobody known. */
const closedMachines = async (reader: RecordReader, organisationId: string, nowMs: number): Promise<Set<string>> => {
  const licences = await reader.list('dataLicence', organisationId);
  const ownerships = await reader.list('machineOwnership', organisationId);
  const closed = new Set<string>();
  for (const machine of await reader.list('machine', organisationId)) {
    const owners = ownerships.filter(({ machineId }) => machineId === machine.id);
    if (owners.length > 0 && owners.every(({ ownerId }) => mayTrainOn(licences, ownerId, nowMs))) continue;
    for (const name of namesOf(machine)) closed.add(name);
  }
  return closed;
};

/** The history without the machines whose owners have not allowed it: closed by default. */
export const licensedHistory = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'log'>,
  organisationId: string,
  history: FleetHistory,
): Promise<FleetHistory> => {
  const closed = await closedMachines(deps.records, organisationId, deps.clock.now());
  const machines = history.machines.filter(({ machine }) => !closed.has(machine));
  const leftOut = history.machines.length - machines.length;
  if (leftOut > 0) deps.log.info({ leftOut, fleet: history.meta.name }, 'machines without a training licence left out');
  return { ...history, machines };
};

/** Puts a trained model into service for a machine model. The same model is recorded once. */
export const installModel = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'models'>,
  target: ModelTarget,
  model: ForecastModel,
): Promise<RecordOf<'forecastModel'>> => {
  const { organisationId, machineModelCode } = target;
  const { file, hash } = await deps.models.put(model);
  return deps.records.transact(async (tx) => {
    const [machineModel] = await tx.list('machineModel', organisationId, { where: { code: machineModelCode } });
    if (!machineModel) throw new AppError('NOT_FOUND', `there is no machine model ${machineModelCode}`);
    const known = await tx.list('forecastModel', organisationId, { where: { machineModelId: machineModel.id } });
    const same = known.find(({ modelHash }) => modelHash === hash);
    if (same && same === known.at(-1)) return same;
    const record: RecordOf<'forecastModel'> = {
      ...freshBase('forecastModel', {
        organisationId,
        createdBy: { kind: 'policy', name: 'train-models' },
        nowMs: deps.clock.now(),
        random: deps.random,
      }),
      machineModelId: machineModel.id,
      modelVersion: `${machineModelCode}-${known.length + 1}`,
      modelHash: hash,
      codeVersion: model.codeVersion,
      file,
      card: { ...modelCard(model, hash) },
    };
    await tx.insert('forecastModel', record);
    return record;
  });
};

export interface TrainingRun {
  readonly seed: number;
  readonly budgetMs: number;
}

/** Trains a model of a history, beside the running service. */
export type Train = (
  job: TrainingRun & { readonly history: FleetHistory; readonly codeVersion: string },
) => Promise<ForecastModel>;

/**
 * Fleet history -> forecast model in service. Only machines whose owners allow it teach it.
 * @throws NOT_ENOUGH_DATA, NOT_FOUND
 */
export const trainModels = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'models' | 'log' | 'codeVersion'> & {
    readonly train: Train;
  },
  target: ModelTarget,
  history: FleetHistory,
  run: TrainingRun,
): Promise<RecordOf<'forecastModel'>> => {
  const licensed = await licensedHistory(deps, target.organisationId, history);
  const model = await deps.train({ ...run, history: licensed, codeVersion: deps.codeVersion });
  return installModel(deps, target, model);
};
