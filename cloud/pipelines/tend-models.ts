import { asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { FleetHistory, MachineHistory } from '../core/history/fleet-history.ts';
import { checkModel } from './check-models.ts';
import { machinesByName } from './explain-forecast.ts';
import { nightLookup, settleShadow } from './judge-shadow.ts';
import { liveRowsNow } from './live-rows.ts';
import type { Lookup } from './lookup.ts';
import { createModelShelf, type ReadyModel } from './model-shelf.ts';
import { standingFor } from './model-steps.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { scoreForecasts } from './score-forecasts.ts';
import { type Train, type TrainingRun, trainModels } from './train-models.ts';

/** What is asked for night after night is answered once a week. */
const leastDaysBetween = 7;

type TendDeps = PipelineDeps & { readonly train: Train };

/** Rows and lives of one of our machines as a history has them; undefined without any row. */
const liveHistoryOf = async (
  deps: PipelineDeps,
  lookup: Lookup,
  { model }: ReadyModel,
  machine: RecordOf<'machine'>,
): Promise<MachineHistory | undefined> => {
  const live = await liveRowsNow(deps, lookup, model, machine);
  return live && { machine: machine.id, ...live.rows };
};

/**
 * What the version in service was trained on, carried on by what our own machines lived through since: one that stands
 * in both is taken as it is now.
 */
const grownHistory = async (
  deps: PipelineDeps,
  lookup: Lookup,
  present: ReadyModel,
  base: FleetHistory,
): Promise<FleetHistory> => {
  const machines = await lookup.by('machine', 'machineModelId', present.record.machineModelId);
  const named = machinesByName(machines);
  const live: MachineHistory[] = [];
  for (const machine of machines) {
    const history = await liveHistoryOf(deps, lookup, present, machine);
    if (history) live.push(history);
  }
  const alive = new Set(live.map(({ machine }) => machine));
  const past = base.machines.filter(({ machine }) => !alive.has(named(machine)?.id ?? machine));
  return { ...base, machines: [...past, ...live] };
};

/** Trains a version that begins in shadow mode. @returns false where there is nothing to learn from. */
const retrain = async (deps: TendDeps, lookup: Lookup, present: ReadyModel, run: TrainingRun): Promise<boolean> => {
  const { historyFile, organisationId, machineModelId } = present.record;
  const machineModel = await lookup.get('machineModel', machineModelId);
  if (!historyFile || !machineModel) return false;
  const history = await grownHistory(deps, lookup, present, await deps.models.getHistory(historyFile));
  try {
    const target = { organisationId, machineModelCode: machineModel.code };
    return (await trainModels(deps, target, history, run)).id !== present.record.id;
  } catch (error) {
    if (asAppError(error).code !== 'NOT_ENOUGH_DATA') throw error;
    deps.log.info({ machineModel: machineModel.code }, 'too few failures for a new training');
    return false;
  }
};

/**
 * The night's work on the models of one organisation: scores what has matured, looks whether the versions in service
 * still fit, settles those in shadow, and trains new ones where that was asked for and none is being tried.
 */
export const tendModels = async (
  deps: TendDeps,
  organisationId: Id<'organisation'>,
  run: TrainingRun,
): Promise<{ readonly scores: number; readonly trained: number }> => {
  const scores = await scoreForecasts(deps, organisationId);
  const lookup = await nightLookup(deps, organisationId);
  const shelf = createModelShelf(deps, lookup);
  let trained = 0;
  for (const { id } of await lookup.list('machineModel')) {
    const { present } = await shelf.versionsOf(id);
    const check = present && (await checkModel(deps, lookup, present));
    const settled = await settleShadow(deps, lookup, id);
    const { shadow } = await standingFor(lookup, id);
    const versions = await lookup.by('forecastModel', 'machineModelId', id);
    const restedMs = deps.clock.now() - (versions.at(-1)?.createdAtMs ?? 0);
    const isFree = (!shadow || settled === 'retired') && restedMs >= leastDaysBetween * dayMs;
    if (present && check?.retrain && isFree && settled !== 'promoted' && (await retrain(deps, lookup, present, run)))
      trained++;
  }
  const { faults } = shelf;
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} forecast model(s) cannot be read`);
  return { scores, trained };
};
