import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import { modelCard } from '../core/forecast/model-card.ts';
import { withAlarmLimits } from '../core/history/alarm-limits.ts';
import { type FleetHistory, unitsPerDay } from '../core/history/fleet-history.ts';
import { mayTrainOn } from '../core/messages/permission.ts';
import type { Trained, TrainingJob } from '../core/model-life/train-and-judge.ts';
import type { RecordReader } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { enterStep, standingFor } from './model-steps.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** For which machine model of which organisation. */
export interface ModelTarget {
  readonly organisationId: Id<'organisation'>;
  /** `MachineModel.code`. */
  readonly machineModelCode: string;
}

/** Names by which an export may know a machine of ours. */
export const namesOf = ({ id, tag, serialNumber, externalIds }: RecordOf<'machine'>): string[] =>
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

/** The same model, with how many machines of the fleet were kept from it: its card says so. */
const withUnlicensed = (model: ForecastModel, count: number): ForecastModel =>
  count === 0 ? model : { ...model, leftOut: [...model.leftOut, { code: 'NO_DATA_LICENCE', facts: { count } }] };

/** A model with the files of what its training saw, where they were kept. */
export interface KeptModel {
  readonly model: ForecastModel;
  readonly summaryFile?: string;
  readonly historyFile?: string;
}

/**
 * Records a version of a machine model's forecaster. It begins in shadow mode, and one that was there retires. The same
 * model is recorded once.
 * @throws NOT_FOUND
 */
export const keepModel = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'models'>,
  target: ModelTarget,
  { model, ...files }: KeptModel,
): Promise<RecordOf<'forecastModel'>> => {
  const { organisationId, machineModelCode } = target;
  const { file, hash } = await deps.models.put(model);
  return deps.records.transact(async (tx) => {
    const lookup = createLookup(tx, organisationId);
    const machineModel = (await lookup.by('machineModel', 'code', machineModelCode))[0];
    if (!machineModel) throw new AppError('NOT_FOUND', `there is no machine model ${machineModelCode}`);
    const known = await lookup.by('forecastModel', 'machineModelId', machineModel.id);
    const { present, shadow } = await standingFor(lookup, machineModel.id);
    const same = [present, shadow].find((version) => version?.modelHash === hash);
    if (same) return same;
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
      ...files,
    };
    // Of a store from before steps were recorded the version in service has none yet; with the first it would be lost.
    const steps = await lookup.by('modelStep', 'machineModelId', machineModel.id);
    if (present && steps.length === 0)
      await enterStep(deps, tx, present, { stage: 'inService', reason: 'decided', personId: null });
    if (shadow) await enterStep(deps, tx, shadow, { stage: 'retired', reason: 'replaced', personId: null });
    await tx.insert('forecastModel', record);
    await enterStep(deps, tx, record, { stage: 'shadow', reason: 'trained', personId: null });
    return record;
  });
};

export interface TrainingRun {
  readonly seed: number;
  readonly budgetMs: number;
}

/** Trains a model of a history, beside the running service. */
export type Train = (job: TrainingJob) => Promise<Trained>;

/** When something is recommended for each component, in the time unit of the history. */
const rulesOf = ({ componentTypes }: RecordOf<'machineModel'>, { meta }: FleetHistory): TrainingJob['rules'] =>
  Object.fromEntries(
    componentTypes.map(({ code, policy }) => [
      code,
      {
        horizon: policy.horizonDays * unitsPerDay[meta.timeUnit],
        probability: policy.failureProbability,
        inARow: policy.forecastsInARow,
      },
    ]),
  );

/** The version in service with the lives that taught it, to hold a new one against; undefined where that is not known. */
const presentOf = async (
  { models, log }: Pick<PipelineDeps, 'models' | 'log'>,
  record: RecordOf<'forecastModel'> | undefined,
): Promise<TrainingJob['present'] | undefined> => {
  if (!record?.summaryFile) return undefined;
  try {
    const { taughtBy } = await models.getSummary(record.summaryFile);
    return { model: await models.get(record.file), hash: record.modelHash, taughtBy };
  } catch (error) {
    log.warn({ err: error, modelVersion: record.modelVersion }, 'the version in service cannot be read');
    return undefined;
  }
};

const pointsOf = async (lookup: Lookup, machineModelId: string): Promise<RecordOf<'measurementPoint'>[]> => {
  const machines = await lookup.by('machine', 'machineModelId', machineModelId);
  const own = new Set<string>(machines.map(({ id }) => id));
  return (await lookup.list('measurementPoint')).filter(({ machineId }) => own.has(machineId));
};

/**
 * Fleet history -> a version in shadow mode. Only machines whose owners allow it teach it.
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
  const { organisationId, machineModelCode } = target;
  const lookup = createLookup(deps.records, organisationId);
  const machineModel = (await lookup.by('machineModel', 'code', machineModelCode))[0];
  if (!machineModel) throw new AppError('NOT_FOUND', `there is no machine model ${machineModelCode}`);
  const licensed = await licensedHistory(deps, organisationId, history);
  const present = await presentOf(deps, (await standingFor(lookup, machineModel.id)).present);
  const trained = await deps.train({
    ...run,
    history: withAlarmLimits(licensed, await pointsOf(lookup, machineModel.id)),
    codeVersion: deps.codeVersion,
    rules: rulesOf(machineModel, licensed),
    ...(present ? { present } : {}),
  });
  const model = withUnlicensed(trained.model, history.machines.length - licensed.machines.length);
  const summaryFile = await deps.models.putSummary(trained.summary);
  const historyFile = await deps.models.putHistory(licensed);
  return keepModel(deps, target, { model, summaryFile, historyFile });
};
