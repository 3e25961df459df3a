import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { PeerTable } from '../core/explanation/peers.ts';
import { forecastAt } from '../core/forecast/forecast.ts';
import { machineScoreOf, type PointSummary } from '../core/quality/machine-quality.ts';
import { stands } from '../core/set-up/missing.ts';
import { createExplainer, machinesByName, peersOf, policyOf } from './explain-forecast.ts';
import { ForecastMemory } from './forecast-memory.ts';
import { forecastRecord, type Saying, shadowRecord } from './forecast-records.ts';
import type { LiveMachine, LiveRows } from './live-machine.ts';
import { lastRowEnd, liveRowsOf } from './live-rows.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { installedComponents } from './machine-facts.ts';
import { qualityByPoint } from './machine-quality.ts';
import { createModelShelf, type ModelShelf, type ReadyModel } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { watchStates } from './watch-states.ts';

type Component = RecordOf<'component'>;
type Kind = 'forecast' | 'shadowForecast';

/** Whose samples are read in one query: enough to share its cost, few enough to hold in memory. */
const machinesAtOnce = 32;

interface Made {
  readonly forecasts: RecordOf<'forecast'>[];
  readonly shadows: RecordOf<'shadowForecast'>[];
}

/** What one run over a fleet has at hand for every machine. */
interface Run {
  readonly deps: PipelineDeps;
  readonly lookup: Lookup;
  readonly memory: ForecastMemory;
  readonly shelf: ModelShelf;
  readonly newest: ReadonlyMap<string, Sample>;
  readonly machineNamed: ReturnType<typeof machinesByName>;
  peersFor(version: ReadyModel): Promise<PeerTable>;
}

const liveMachineOf = async ({ deps, lookup, newest }: Run, machine: RecordOf<'machine'>): Promise<LiveMachine> => {
  const points = await lookup.by('measurementPoint', 'machineId', machine.id);
  const newestSampleMs = Math.max(0, ...points.map(({ id }) => newest.get(id)?.sampledAtMs ?? 0));
  const components = await lookup.by('component', 'machineId', machine.id);
  return { machine, points, components, newestSampleMs, nowMs: deps.clock.now() };
};

/** A version that has not spoken yet of the newest data of a machine. */
interface Due {
  readonly version: ReadyModel;
  readonly kind: Kind;
  readonly live: LiveMachine;
}

/** Installed components that a version forecasts and has said nothing of since its data reached `untilMs`. */
const dueComponents = async (run: Run, { version, kind, live }: Due, untilMs: number): Promise<Component[]> => {
  const { model, record } = version;
  const due: Component[] = [];
  for (const component of await installedComponents(run.lookup, live.machine.id, live.nowMs)) {
    if (!model.targets.some((target) => target.component === component.componentCode)) continue;
    if (await run.memory.isDue(run.lookup, component, record, kind, untilMs)) due.push(component);
  }
  return due;
};

/** The versions that have something to say of a machine, as far as that can be told without reading its samples. */
const dueOf = async (run: Run, machine: RecordOf<'machine'>): Promise<Due[]> => {
  const { present, shadow } = await run.shelf.versionsOf(machine.machineModelId);
  if (!present && !shadow) return [];
  const live = await liveMachineOf(run, machine);
  const asked = [
    ...(present ? [{ version: present, kind: 'forecast', live } as const] : []),
    ...(shadow ? [{ version: shadow, kind: 'shadowForecast', live } as const] : []),
  ];
  const due: Due[] = [];
  for (const one of asked) {
    // Most of the time nothing is new: then a year of samples need not be read to find that out.
    const knownUntilMs = lastRowEnd(one.version.model, live);
    if (knownUntilMs === undefined || (await dueComponents(run, one, knownUntilMs)).length > 0) due.push(one);
  }
  return due;
};

const sayingsOf = async (
  run: Run,
  due: Due,
  rows: LiveRows | undefined,
  quality: ReadonlyMap<string, PointSummary>,
): Promise<Saying[]> => {
  if (!rows) return [];
  const { version, live } = due;
  const { model } = version;
  const inputs = live.points.filter(({ name }) => model.points.some((point) => point.name === name));
  // Points of which nothing was said yet speak neither for nor against.
  const inputQuality = machineScoreOf(inputs.flatMap(({ id }) => quality.get(id) ?? [])) ?? 1;
  return (await dueComponents(run, due, rows.dataUntilMs)).flatMap((component) => {
    const forecast = forecastAt(model, component.componentCode, rows.rows);
    return forecast ? [{ version, component, forecast, live, rows, inputQuality }] : [];
  });
};

const explained = async (
  run: Run,
  version: ReadyModel,
  sayings: readonly Saying[],
): Promise<RecordOf<'forecast'>[]> => {
  const [first] = sayings;
  if (!first) return [];
  const { live, rows } = first;
  const explainer = createExplainer(version, live, rows, await run.peersFor(version));
  const records: RecordOf<'forecast'>[] = [];
  for (const saying of sayings) {
    const { componentCode } = saying.component;
    // What the machine's model does not describe has no policy to be judged by.
    const policy = await policyOf(run.lookup, live.machine, componentCode);
    if (!policy) continue;
    const similarFailures = explainer.similarTo(componentCode, run.machineNamed);
    records.push(forecastRecord(run.deps, saying, { policy, explainer, similarFailures }));
  }
  return records;
};

/** Forecasts some machines whose samples are read together. */
const forecastMachines = async (run: Run, machines: readonly RecordOf<'machine'>[]): Promise<Made> => {
  const made: Made = { forecasts: [], shadows: [] };
  const due = (await Promise.all(machines.map((machine) => dueOf(run, machine)))).flat();
  if (due.length === 0) return made;
  const { timeSeries, clock } = run.deps;
  const rows = await liveRowsOf(
    timeSeries,
    due.map(({ version, live }) => ({ model: version.model, live })),
  );
  const points = [...new Set(due.map(({ live }) => live))].flatMap((live) => live.points);
  const quality = await qualityByPoint(timeSeries, points, run.newest, clock.now());
  for (const [i, one] of due.entries()) {
    const sayings = await sayingsOf(run, one, rows[i], quality);
    if (one.kind === 'forecast') made.forecasts.push(...(await explained(run, one.version, sayings)));
    else made.shadows.push(...sayings.map((saying) => shadowRecord(run.deps, saying)));
  }
  return made;
};

const keep = async ({ deps, memory }: Run, { forecasts, shadows }: Made): Promise<number> => {
  if (forecasts.length + shadows.length === 0) return 0;
  await deps.records.transact(async (tx) => {
    for (const forecast of forecasts) await tx.insert('forecast', forecast);
    for (const shadow of shadows) await tx.insert('shadowForecast', shadow);
  });
  for (const said of forecasts) memory.remember('forecast', said.componentId, said);
  for (const said of shadows) memory.remember('shadowForecast', said.componentId, said);
  return forecasts.length;
};

const createRun = async (
  deps: PipelineDeps,
  organisationId: Id<'organisation'>,
  memory: ForecastMemory,
): Promise<{ run: Run; machines: readonly RecordOf<'machine'>[] }> => {
  const lookup = createLookup(deps.records, organisationId);
  await lookup.preload('machineModel', 'component', 'measurementPoint', 'forecastModel', 'modelStep');
  const machines = (await lookup.list('machine')).filter(stands);
  const points = await lookup.list('measurementPoint');
  const newest = await deps.timeSeries.latest(
    organisationId,
    points.map(({ id }) => id),
  );
  const byModel = Map.groupBy(machines, ({ machineModelId }) => machineModelId);
  const peers = new Map<string, Promise<PeerTable>>();
  const run: Run = {
    deps,
    lookup,
    memory,
    shelf: createModelShelf(deps, lookup),
    newest,
    machineNamed: machinesByName(machines),
    peersFor({ record, model }) {
      const others = byModel.get(record.machineModelId) ?? [];
      const table = peers.get(record.id) ?? peersOf(lookup, model, others, newest, deps.clock.now());
      peers.set(record.id, table);
      return table;
    },
  };
  return { run, machines };
};

/**
 * Samples -> forecasts: one for each installed component whose data went on since its last forecast, and beside it what
 * the version in shadow says; and the states of machines with a component that nothing forecasts. Running it again changes nothing.
 * @param memory kept from run to run it saves asking the store what was forecast before.
 * @returns how many were made, those in shadow not counted.
 * @throws AggregateError of the models that cannot be read, once all other machines had their turn.
 */
export const forecastFleet = async (
  deps: PipelineDeps,
  organisationId: Id<'organisation'>,
  memory = new ForecastMemory(),
): Promise<number> => {
  const { run, machines } = await createRun(deps, organisationId, memory);
  let made = 0;
  for (let from = 0; from < machines.length; from += machinesAtOnce)
    made += await keep(run, await forecastMachines(run, machines.slice(from, from + machinesAtOnce)));
  await watchStates({ ...run, memory: memory.states }, machines);
  const { faults } = run.shelf;
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} forecast model(s) cannot be read`);
  return made;
};
