import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ModelStep } from '@kuluma/shared/model/model-life.ts';
import { type Standing, standingOf } from '../core/model-life/standing.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type StepDeps = Pick<PipelineDeps, 'clock' | 'random'>;
type ForecastModel = RecordOf<'forecastModel'>;

/** What each version of a machine model's forecaster does now. */
export const standingFor = async (lookup: Lookup, machineModelId: string): Promise<Standing> =>
  standingOf(
    await lookup.by('forecastModel', 'machineModelId', machineModelId),
    await lookup.by('modelStep', 'machineModelId', machineModelId),
  );

/** Enters a step in the life of a version. */
export const enterStep = async (
  deps: StepDeps,
  tx: RecordTransaction,
  { organisationId, machineModelId, id }: ForecastModel,
  step: Pick<ModelStep, 'stage' | 'reason' | 'personId'>,
): Promise<void> => {
  const createdBy: Actor = step.personId
    ? { kind: 'person', personId: step.personId }
    : { kind: 'policy', name: 'model-life' };
  const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
  await tx.insert('modelStep', { ...freshBase('modelStep', origin), machineModelId, forecastModelId: id, ...step });
};

/** Who puts which version into service, and why. */
export interface IntoService {
  readonly organisationId: Id<'organisation'>;
  readonly forecastModelId: Id<'forecastModel'>;
  /** Who answers for it: acting on a forecast is never nobody's decision. */
  readonly personId: Id<'person'>;
  readonly reason: Extract<ModelStep['reason'], 'better' | 'decided'>;
}

/**
 * Puts a version into service; the one before it retires. The one in service already stays.
 * @throws NOT_FOUND; CONFLICT for a version that has retired
 */
export const putInService = async (deps: StepDeps, tx: RecordTransaction, given: IntoService): Promise<void> => {
  const { organisationId, forecastModelId, personId, reason } = given;
  const model = await tx.get('forecastModel', organisationId, forecastModelId);
  if (!model) throw new AppError('NOT_FOUND', 'there is no such version');
  const { present, shadow } = await standingFor(createLookup(tx, organisationId), model.machineModelId);
  if (present?.id === model.id) return;
  if (shadow?.id !== model.id)
    throw new AppError('CONFLICT', 'this version is not in shadow mode', { hint: 'look at the versions again' });
  if (present) await enterStep(deps, tx, present, { stage: 'retired', reason: 'replaced', personId });
  await enterStep(deps, tx, model, { stage: 'inService', reason, personId });
};

/** Ends the shadow mode of a version without putting it into service. @throws NOT_FOUND, CONFLICT */
export const endShadow = async (
  deps: StepDeps,
  tx: RecordTransaction,
  given: Pick<IntoService, 'organisationId' | 'forecastModelId'> & Pick<ModelStep, 'reason' | 'personId'>,
): Promise<void> => {
  const { organisationId, forecastModelId, reason, personId } = given;
  const model = await tx.get('forecastModel', organisationId, forecastModelId);
  if (!model) throw new AppError('NOT_FOUND', 'there is no such version');
  const { shadow } = await standingFor(createLookup(tx, organisationId), model.machineModelId);
  if (shadow?.id !== model.id)
    throw new AppError('CONFLICT', 'this version is not in shadow mode', { hint: 'look at the versions again' });
  await enterStep(deps, tx, model, { stage: 'retired', reason, personId });
};
