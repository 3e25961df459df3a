import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { withinBudget } from '../core/model-life/alert-budget.ts';
import { inspectChange, inspectionsPerWeek, type PastLooks } from '../core/recommendations/inspect-change.ts';
import { comesBack } from '../core/recommendations/postponed.ts';
import { stands } from '../core/set-up/missing.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { componentTypeOf } from './machine-facts.ts';
import { createModelShelf } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { stateOf, unforecast } from './watch-states.ts';

type Deps = Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'codeVersion' | 'models' | 'log'>;
type Machine = RecordOf<'machine'>;
type Recommendation = RecordOf<'recommendation'>;

const underWay: readonly Recommendation['state'][] = ['waiting', 'open', 'postponed', 'approved'];

/** What a look at a machine would be done as: of the components that nothing forecasts, the dearest to fail. */
const subjectOf = async (lookup: Lookup, machine: Machine, codes: ReadonlySet<string>, nowMs: number) => {
  const candidates = [];
  for (const component of await unforecast(lookup, machine.id, nowMs, codes)) {
    const componentType = await componentTypeOf(lookup, component);
    if (componentType) candidates.push({ component, componentType });
  }
  return candidates.sort((a, b) => b.componentType.failureCostCents - a.componentType.failureCostCents)[0];
};

/** What becomes of the look at a machine; undefined when nothing does. */
const stepOf = async (
  deps: Deps,
  lookup: Lookup,
  machine: Machine,
  codes: ReadonlySet<string>,
): Promise<((tx: RecordTransaction) => Promise<unknown>) | undefined> => {
  const nowMs = deps.clock.now();
  const state = await stateOf(lookup, machine.id);
  if (!state) return undefined;
  const all = await lookup.by('recommendation', 'machineId', machine.id);
  const open = all.find((one) => one.machineStateId !== undefined && underWay.includes(one.state));
  if (open?.state === 'approved') return undefined;
  const withdraw = open && ((tx: RecordTransaction) => tx.update('recommendation', { ...open, state: 'withdrawn' }));
  if (open && (state.state !== 'changed' || open.machineStateId !== state.id)) return withdraw;
  // What has ended is not looked at, and what a forecaster has taken over is told by its forecasts.
  const subject = stands(machine) ? await subjectOf(lookup, machine, codes, nowMs) : undefined;
  if (!subject) return withdraw;
  if (open && nowMs <= open.window.toMs)
    return comesBack(open, undefined, nowMs)
      ? (tx) => tx.update('recommendation', { ...open, state: 'open', postponed: null })
      : undefined;
  if (state.state !== 'changed') return undefined;
  // One look for one change: a no stands, and so does what was found. Only a window that nobody used is put anew.
  const isPut = all.some((one) => one.machineStateId === state.id && one !== open && one.state !== 'withdrawn');
  // Whoever goes there for another reason sees the machine.
  const isVisited = all.some((one) => one !== open && underWay.includes(one.state));
  if (isPut || isVisited) return withdraw;
  const points = await lookup.by('measurementPoint', 'machineId', machine.id);
  const look = inspectChange({
    ...subject,
    state,
    pointName: (pointId) =>
      needed(
        points.find(({ id }) => id === pointId),
        'measurement point',
      ).name,
    codeVersion: deps.codeVersion,
    origin: {
      organisationId: lookup.organisationId,
      createdBy: { kind: 'policy', name: 'state-policy' },
      nowMs,
      random: deps.random,
    },
  });
  return async (tx) => {
    await withdraw?.(tx);
    await tx.insert('recommendation', look);
  };
};

/** What came of the looks at machines of a model. */
const pastLooksOf = async (lookup: Lookup, looks: readonly Recommendation[]): Promise<PastLooks> => {
  let [found, looked] = [0, 0];
  for (const { id, state } of looks) {
    const verdict =
      state === 'done' ? (await lookup.by('outcome', 'recommendationId', id)).at(-1)?.findingVerdict : null;
    if (!verdict || verdict === 'notInspected') continue;
    looked++;
    if (verdict !== 'nothingFound') found++;
  }
  return { found, looked };
};

/**
 * Lets the plainest of the waiting changes of some machines come up for decision, as the week's budget allows.
 * @param perWeek how many in a week; undefined: as many as their number and what looks at them found make worth it
 */
const openWaiting = async (
  { records, clock }: Deps,
  organisationId: Id<'organisation'>,
  machineIds: readonly string[],
  perWeek?: number,
): Promise<void> => {
  const nowMs = clock.now();
  await records.transact(async (tx) => {
    const looksIn = async (states?: readonly Recommendation['state'][]) =>
      (
        await tx.list('recommendation', organisationId, {
          where: { machineId: machineIds, ...(states ? { state: states } : {}) },
        })
      ).filter(({ machineStateId }) => machineStateId !== undefined);
    const waiting = [];
    const lookup = createLookup(tx, organisationId);
    for (const recommendation of await looksIn(['waiting'])) {
      const state = await lookup.get('machineState', recommendation.machineStateId ?? '');
      waiting.push({ recommendation, certainty: state?.score ?? 0 });
    }
    // Most of the time nothing waits: then the past of the fleet need not be read.
    if (waiting.length === 0) return;
    const looks = await looksIn();
    const started = looks.flatMap(({ openedAtMs, createdAtMs }) =>
      openedAtMs === null ? [] : [openedAtMs ?? createdAtMs],
    );
    const most = perWeek ?? inspectionsPerWeek(machineIds.length, await pastLooksOf(lookup, looks));
    for (const { recommendation } of withinBudget(waiting, started, most, nowMs).now)
      await tx.update('recommendation', { ...recommendation, state: 'open', openedAtMs: nowMs });
  });
};

/**
 * States -> recommendations to look: one for each machine that is no longer as it was, as many in a week as the company
 * has said, or else as the budget of each machine model allows; withdrawn when the machine is as before. Never more than a look: what is wrong nobody has said.
 * @returns how many were made or withdrawn
 */
export const recommendLooks = async (deps: Deps, organisationId: Id<'organisation'>): Promise<number> => {
  const fleet = createLookup(deps.records, organisationId);
  const states = await fleet.newestOfEach('machineState', 'machineId');
  if (states.length === 0) return 0;
  const concerned = new Set<string>(
    states.filter(({ state }) => state === 'changed').map(({ machineId }) => machineId),
  );
  for (const { machineStateId, machineId } of await fleet.list('recommendation', { where: { state: underWay } }))
    if (machineStateId !== undefined) concerned.add(machineId);
  if (concerned.size === 0) return 0;
  const shelf = createModelShelf(deps, fleet);
  const watched = new Set<string>(states.map(({ machineId }) => machineId));
  const machines = (await fleet.list('machine')).filter(({ id }) => watched.has(id));
  const { looksPerWeek } = needed(await fleet.get('organisation', organisationId), 'organisation');
  let changed = 0;
  for (const [machineModelId, ofModel] of Map.groupBy(machines, (machine) => machine.machineModelId)) {
    const ofConcern = ofModel.filter(({ id }) => concerned.has(id));
    const codes = ofConcern.length > 0 ? await shelf.forecastCodes(machineModelId) : undefined;
    if (!codes) continue;
    for (const machine of ofConcern)
      changed += await deps.records.transact(async (tx) => {
        const step = await stepOf(deps, createLookup(tx, organisationId), machine, codes);
        await step?.(tx);
        return step ? 1 : 0;
      });
    const ids = ofModel.map(({ id }) => id);
    if (looksPerWeek === undefined) await openWaiting(deps, organisationId, ids);
  }
  if (looksPerWeek !== undefined) await openWaiting(deps, organisationId, [...watched], looksPerWeek);
  return changed;
};
