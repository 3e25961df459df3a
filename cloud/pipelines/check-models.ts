import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { LifeScore, ModelCheck } from '@kuluma/shared/model/model-life.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { livesOf } from '../core/history/lives.ts';
import { type InputRow, inputDriftOf } from '../core/model-life/input-profile.ts';
import { outcomeDriftOf } from '../core/model-life/outcome-drift.ts';
import { releaseOf, reliabilityOf, sourceOf } from '../core/model-life/reliability.ts';
import { createInputReader, watchedInputs } from '../core/model-life/watched-inputs.ts';
import { liveRowsNow } from './live-rows.ts';
import type { Lookup } from './lookup.ts';
import type { ReadyModel } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { releaseBefore } from './releases.ts';

/** Machines whose readings are looked at in a night: enough to see a fleet move, however large it is. */
const mostMachines = 100;
/** So many new failures, and this share of those that the model learnt from, are worth a new training. */
const leastNewFailures = 3;
const newFailureShare = 0.1;

type Machine = RecordOf<'machine'>;

/** Evenly from the list, another part of it each night. */
const sampleOf = (machines: readonly Machine[], night: number): Machine[] => {
  const stride = Math.max(1, Math.ceil(machines.length / mostMachines));
  return machines.filter((_, i) => i % stride === night % stride);
};

/** What one component of each machine gives its forecaster now. */
const inputRowsOf = async (
  deps: PipelineDeps,
  lookup: Lookup,
  { model }: ReadyModel,
  machines: readonly Machine[],
): Promise<Map<string, InputRow[]>> => {
  const found = new Map<string, InputRow[]>(model.targets.map(({ component }) => [component, []]));
  for (const machine of machines) {
    const live = await liveRowsNow(deps, lookup, model, machine);
    if (!live || live.rows.t.length === 0) continue;
    const { rows } = live;
    const read = createInputReader(model, rows);
    for (const [component, list] of found) {
      const life = livesOf({ machine: '', ...rows }, component).at(-1);
      if (!life) continue;
      const last = rows.t.length - 1;
      const begin = Math.max(life.startT, rows.t[0] as number);
      list.push({ age: (rows.t[last] as number) - begin, values: read(life.firstRow, last) });
    }
  }
  return found;
};

const inputsOf = async (
  deps: PipelineDeps,
  lookup: Lookup,
  present: ReadyModel,
  machines: readonly Machine[],
): Promise<ModelCheck['inputs']> => {
  const { model, summary } = present;
  if (!summary) return [];
  const rows = await inputRowsOf(deps, lookup, present, machines);
  return summary.components
    .flatMap(({ component, inputs }) =>
      inputDriftOf(inputs, watchedInputs(model), rows.get(component) ?? []).map((drift) => ({ component, ...drift })),
    )
    .sort((a, b) => b.stability - a.stability);
};

const isLife = (life: LifeScore | null): life is LifeScore => life !== null;

/** Whether so many components have failed since the model was trained that another would know more. */
const hasNewFailures = async (lookup: Lookup, { record, summary }: ReadyModel, machines: readonly Machine[]) => {
  let failures = 0;
  for (const { id } of machines)
    for (const { endedBy, period } of await lookup.by('component', 'machineId', id))
      if (endedBy === 'failure' && (period.toMs ?? 0) > record.createdAtMs) failures++;
  const learnt = summary?.components.reduce((sum, one) => sum + one.failures.failures.length, 0) ?? 0;
  return failures >= Math.max(leastNewFailures, newFailureShare * learnt);
};

/**
 * Looks whether the version in service still fits the world: whether machines give other readings than those of its
 * training did, and whether what it promised still comes true.
 * @param lookup with machines, components and points at hand.
 */
export const checkModel = async (deps: PipelineDeps, lookup: Lookup, present: ReadyModel): Promise<ModelCheck> => {
  const { record } = present;
  const { machineModelId, organisationId } = record;
  const machines = await lookup.by('machine', 'machineModelId', machineModelId);
  const nowMs = deps.clock.now();
  const looked = sampleOf(machines, Math.floor(nowMs / dayMs));
  const inputs = await inputsOf(deps, lookup, present, looked);
  const scores = await lookup.list('forecastScore', { where: { machineModelId } });
  const own = scores.filter(({ forecastModelId }) => forecastModelId === record.id);
  const lives = own.map(({ life }) => life);
  const outcomes = outcomeDriftOf(lives.filter(isLife).sort((a, b) => a.endedAtMs - b.endedAtMs));
  const retrain = outcomes.some(({ drifted }) => drifted)
    ? 'outcomes'
    : inputs.length > 0
      ? 'inputs'
      : (await hasNewFailures(lookup, present, machines))
        ? 'newFailures'
        : null;
  const createdBy = { kind: 'policy', name: 'model-life' } as const;
  const check: ModelCheck = {
    ...freshBase('modelCheck', { organisationId, createdBy, nowMs, random: deps.random }),
    machineModelId,
    forecastModelId: record.id,
    machines: looked.length,
    inputs,
    outcomes,
    releases: present.model.targets.map(({ component }) => {
      const live = releaseOf(reliabilityOf(own.filter((score) => score.componentCode === component).map(sourceOf)));
      return { component, release: live === 'unmeasured' ? releaseBefore(present.summary, component) : live };
    }),
    retrain,
  };
  await deps.records.transact((tx) => tx.insert('modelCheck', check));
  return check;
};
