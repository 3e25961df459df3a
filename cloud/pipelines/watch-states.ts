import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { baselineHours, createStateWatch, type StateWatch } from '../core/condition/state-watch.ts';
import { stands } from '../core/set-up/missing.ts';
import type { Means, RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { installedComponents } from './machine-facts.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Machine = RecordOf<'machine'>;
type Point = RecordOf<'measurementPoint'>;
type MachineState = RecordOf<'machineState'>;

/** Whose hours are read in one query. */
const machinesAtOnce = 32;
/** Hours that are read in one query at most: what has run for years is caught up with in parts. */
const mostHoursAtOnce = 90 * 24;
/** More than so many hours behind is a machine that has to be learnt anew, as all have after a start of the service. */
const caughtUpHours = 48;
/** So many of those in one round: a round stays short, and the others have their turn in the next. */
const mostCatchUps = 500;

interface Watched {
  readonly watch: StateWatch;
  readonly points: readonly Point[];
  readonly baselineFromMs: number;
  /** Up to where hours were given. */
  untilMs: number;
}

/** The watches of machines, kept from round to round; what is lost is learnt again from the samples. */
export class StateMemory {
  readonly #watched = new Map<string, Watched>();

  /** The machine's watch, a new one where its baseline or its points are others than before. */
  of(machineId: string, points: readonly Point[], baselineFromMs: number): Watched {
    const known = this.#watched.get(machineId);
    const isSame =
      known?.baselineFromMs === baselineFromMs &&
      known.points.length === points.length &&
      known.points.every(({ id }, i) => id === points[i]?.id);
    if (known && isSame) return known;
    const settings = points.flatMap(({ role }, i) => (role === 'setting' ? [i] : []));
    const watch = createStateWatch(settings, baselineFromMs);
    const fresh = { watch, points, baselineFromMs, untilMs: baselineFromMs };
    this.#watched.set(machineId, fresh);
    return fresh;
  }

  drop(machineId: string): void {
    this.#watched.delete(machineId);
  }

  /** Forgets the machines that are not in the fleet any more. */
  keepOnly(machines: readonly { readonly id: string }[]): void {
    const left = new Set(machines.map(({ id }) => id));
    for (const id of this.#watched.keys()) if (!left.has(id)) this.drop(id);
  }

  get size(): number {
    return this.#watched.size;
  }
}

/** What a round over a fleet has at hand. */
interface Round {
  readonly deps: Pick<PipelineDeps, 'records' | 'timeSeries' | 'clock' | 'random' | 'codeVersion'>;
  readonly lookup: Lookup;
  readonly newest: ReadonlyMap<string, { readonly sampledAtMs: number }>;
  readonly memory: StateMemory;
  readonly shelf: Pick<ModelShelf, 'forecastCodes'>;
}

/** A machine and how far its samples go. */
interface Due {
  readonly machine: Machine;
  readonly watched: Watched;
  /** A whole hour. */
  readonly toMs: number;
  readonly said: MachineState | undefined;
}

/** Installed components that nothing forecasts: why the machine's state is watched at all. */
export const unforecast = async (
  lookup: Lookup,
  machineId: string,
  atMs: number,
  codes: ReadonlySet<string>,
): Promise<RecordOf<'component'>[]> =>
  (await installedComponents(lookup, machineId, atMs)).filter(({ componentCode }) => !codes.has(componentCode));

/** The baseline begins with the machine, the newest of its components, or what a person or a visit has said since. */
const baselineFromMs = async (lookup: Lookup, machine: Machine, said: MachineState | undefined): Promise<number> => {
  const starts = (await lookup.by('component', 'machineId', machine.id)).map(({ period }) => period.fromMs);
  const fromMs = Math.max(machine.commissionedAtMs, ...starts, said?.baseline.fromMs ?? 0);
  return Math.ceil(fromMs / hourMs) * hourMs;
};

const dueOf = async (round: Round, machine: Machine, said: MachineState | undefined): Promise<Due | undefined> => {
  const { lookup, newest, memory, shelf, deps } = round;
  const nowMs = deps.clock.now();
  const codes = await shelf.forecastCodes(machine.machineModelId);
  if (!codes) return undefined;
  const points = (await lookup.by('measurementPoint', 'machineId', machine.id))
    .filter((point) => point.role !== 'usage' && stands(point))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  if (points.length === 0 || (await unforecast(lookup, machine.id, nowMs, codes)).length === 0) {
    memory.drop(machine.id);
    return undefined;
  }
  const watched = memory.of(machine.id, points, await baselineFromMs(lookup, machine, said));
  const newestMs = Math.max(0, ...points.map(({ id }) => newest.get(id)?.sampledAtMs ?? 0));
  const toMs = Math.floor(Math.min(nowMs, newestMs + hourMs) / hourMs) * hourMs;
  return { machine, watched, toMs, said };
};

/** Gives a machine the hours that it was measured in, in order. */
const follow = ({ watched }: Due, means: ReadonlyMap<string, Means>, toMs: number): void => {
  const { watch, points, untilMs } = watched;
  const rows = new Map<number, Float64Array>();
  for (const [i, { id }] of points.entries()) {
    const found = means.get(id);
    found?.startMs.forEach((startMs, n) => {
      if (startMs < untilMs || startMs >= toMs) return;
      const row = rows.get(startMs) ?? new Float64Array(points.length).fill(Number.NaN);
      row[i] = found.mean[n] as number;
      rows.set(startMs, row);
    });
  }
  for (const [startMs, row] of [...rows].sort(([a], [b]) => a - b)) watch.next(row, startMs + hourMs);
  watched.untilMs = Math.max(untilMs, toMs);
};

/** Reads on for machines that are about as far as each other; of those without new hours nothing. */
const readOn = async ({ deps, lookup }: Round, machines: readonly Due[]): Promise<void> => {
  const together = machines.filter(({ watched, toMs }) => toMs > watched.untilMs);
  if (together.length === 0) return;
  const pointIds = together.flatMap(({ watched }) => watched.points.map(({ id }) => id));
  const endMs = Math.max(...together.map(({ toMs }) => toMs));
  let fromMs = Math.min(...together.map(({ watched }) => watched.untilMs));
  while (fromMs < endMs) {
    const toMs = Math.min(endMs, fromMs + mostHoursAtOnce * hourMs);
    const means = await deps.timeSeries.means(lookup.organisationId, pointIds, { fromMs, toMs }, hourMs);
    for (const due of together) follow(due, means, Math.min(toMs, due.toMs));
    fromMs = toMs;
  }
};

/** The record of a machine that is no longer as it was said to be. */
const newsOf = ({ deps, lookup }: Round, { machine, watched, said }: Due): MachineState | undefined => {
  const { state, sinceMs, score, drivers, unknown } = watched.watch.judgement(deps.clock.now());
  const { baselineFromMs: fromMs, points, untilMs } = watched;
  // One that is still being caught up with is not told what has long been known.
  const isOld = said?.baseline.fromMs === fromMs && said.dataUntilMs > untilMs;
  if (isOld || (said?.baseline.fromMs === fromMs && said.state === state && said.unknown === unknown)) return undefined;
  return {
    ...freshBase('machineState', {
      organisationId: lookup.organisationId,
      createdBy: { kind: 'policy', name: 'watch-states' },
      nowMs: deps.clock.now(),
      random: deps.random,
    }),
    machineId: machine.id,
    state,
    sinceMs,
    dataUntilMs: untilMs,
    score,
    reasons: drivers.map(({ signal, ...reason }) => ({ pointId: (points[signal] as Point).id, ...reason })),
    unknown,
    baseline: { fromMs, hours: baselineHours },
    codeVersion: deps.codeVersion,
  };
};

/**
 * Samples -> states of machines: follows, hour by hour, each machine with a component that nothing forecasts, and keeps a
 * record when it is no longer as it was. Running it again changes nothing.
 * @returns how many records were made
 */
export const watchStates = async (round: Round, machines: readonly Machine[]): Promise<number> => {
  const { deps, lookup, memory } = round;
  memory.keepOnly(machines);
  const said = new Map((await lookup.newestOfEach('machineState', 'machineId')).map((one) => [one.machineId, one]));
  const due: Due[] = [];
  for (const machine of machines) {
    const one = await dueOf(round, machine, said.get(machine.id));
    if (one) due.push(one);
  }
  const byProgress = due.sort((a, b) => a.watched.untilMs - b.watched.untilMs);
  const isBehind = ({ watched, toMs }: Due) => toMs - watched.untilMs > caughtUpHours * hourMs;
  const behind = byProgress.filter(isBehind).slice(0, mostCatchUps);
  const atHand = byProgress.filter((one) => !isBehind(one));
  let made = 0;
  for (const group of [behind, atHand])
    for (let from = 0; from < group.length; from += machinesAtOnce) {
      const together = group.slice(from, from + machinesAtOnce);
      await readOn(round, together);
      const news = together.flatMap((one) => newsOf(round, one) ?? []);
      if (news.length === 0) continue;
      await deps.records.transact(async (tx) => {
        for (const record of news) await tx.insert('machineState', record);
      });
      made += news.length;
    }
  return made;
};

/** The newest record of a machine, if it was ever watched. */
export const stateOf = async (lookup: Lookup, machineId: Id<'machine'>): Promise<MachineState | undefined> =>
  (await lookup.list('machineState', { where: { machineId }, newestFirst: true, limit: 1 }))[0];

/**
 * What is normal of a machine is learnt anew from now on; nothing where its state was never watched.
 * @returns whether it is
 */
export const restartBaseline = async (
  tx: RecordTransaction,
  origin: Parameters<typeof freshBase>[1],
  machineId: Id<'machine'>,
): Promise<boolean> => {
  const said = await stateOf(createLookup(tx, origin.organisationId), machineId);
  if (!said) return false;
  const fromMs = Math.ceil(origin.nowMs / hourMs) * hourMs;
  await tx.insert('machineState', {
    ...freshBase('machineState', origin),
    machineId,
    state: 'unknown',
    sinceMs: origin.nowMs,
    dataUntilMs: said.dataUntilMs,
    score: null,
    reasons: [],
    unknown: 'baselineShort',
    baseline: { fromMs, hours: baselineHours },
    // No rule decided.
    codeVersion: 'by hand',
  });
  return true;
};
