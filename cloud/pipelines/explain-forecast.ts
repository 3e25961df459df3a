import type { Driver, SimilarFailure } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { regimeOf } from '../core/condition/regimes.ts';
import { createPeerTable, type PeerReading, type PeerTable } from '../core/explanation/peers.ts';
import { readingOf, regimesOf } from '../core/explanation/readings.ts';
import type { LifeForecast } from '../core/forecast/forecast.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import { livesOf } from '../core/history/lives.ts';
import { similarFailures } from '../core/model-life/past-failures.ts';
import { createInputReader } from '../core/model-life/watched-inputs.ts';
import type { LiveMachine, LiveRows } from './live-machine.ts';
import { type Lookup, needed } from './lookup.ts';
import type { ReadyModel } from './model-shelf.ts';
import { namesOf } from './train-models.ts';

/** What the forecaster calls a change since new, people see as such; events and attributes are no readings. */
const shownKinds: Readonly<Record<string, Driver['kind']>> = {
  level: 'level',
  trend: 'trend',
  spread: 'spread',
  change: 'sinceNew',
  usage: 'usage',
  age: 'age',
  setting: 'level',
};

/** A point is one reason, told by the strongest of its kinds that pulls the way that the point does on the whole. */
export const groupedDrivers = (life: LifeForecast): Driver[] => {
  const byPoint = Map.groupBy(
    life.drivers.filter(({ kind }) => shownKinds[kind]),
    ({ point }) => point,
  );
  return [...byPoint.values()]
    .flatMap((group): Driver[] => {
      const net = group.reduce((sum, { effect, share }) => sum + (effect === 'shortens' ? share : -share), 0);
      const effect = net >= 0 ? 'shortens' : 'extends';
      const [strongest] = group.filter((one) => one.effect === effect).sort((a, b) => b.share - a.share);
      const kind = strongest && shownKinds[strongest.kind];
      if (!kind) return [];
      return [
        { point: strongest.point, kind, direction: strongest.direction, share: Math.min(1, Math.abs(net)), effect },
      ];
    })
    .sort((a, b) => b.share - a.share);
};

/** A newest sample older than this says nothing of how the others run now. */
const peerDays = 2;

/** How the machines of a model run and read now, from the newest samples alone: nothing has to be read for it. */
export const peersOf = async (
  lookup: Lookup,
  model: ForecastModel,
  machines: readonly RecordOf<'machine'>[],
  newest: ReadonlyMap<string, Sample>,
  nowMs: number,
): Promise<PeerTable> => {
  const readings: PeerReading[] = [];
  for (const { id: machineId } of machines) {
    const values = new Map<string, number>();
    for (const { id, name } of await lookup.by('measurementPoint', 'machineId', machineId)) {
      const sample = newest.get(id);
      if (sample && sample.sampledAtMs > nowMs - peerDays * dayMs) values.set(name, sample.value);
    }
    const settings = model.signals.settings.map((i) => values.get(model.points[i]?.name ?? '') ?? Number.NaN);
    const { regime } = regimeOf(model.signals.regimes, settings);
    for (const [point, value] of values) readings.push({ machineId, point, regime, value });
  }
  return createPeerTable(readings);
};

/** Explains the forecasts of one machine by one version; what its components share is computed once. */
export const createExplainer = (
  { model, summary }: ReadyModel,
  live: LiveMachine,
  { rows, daysPerUnit }: LiveRows,
  peers: PeerTable,
) => {
  const regimes = regimesOf(model, rows);
  const inputsAt = createInputReader(model, rows);
  const last = rows.t.length - 1;
  const firstRowOf = (component: string): number => livesOf({ machine: '', ...rows }, component).at(-1)?.firstRow ?? 0;

  const withReading = (driver: Driver, { componentCode, period }: RecordOf<'component'>): Driver => {
    if (driver.kind === 'age') {
      const now = (live.nowMs - period.fromMs) / dayMs;
      return { ...driver, reading: { unit: 'd', now, ownNormal: null, earlier: null, peers: null } };
    }
    const column = rows.columns[model.points.findIndex(({ name }) => name === driver.point)];
    const unit = live.points.find(({ name }) => name === driver.point)?.unit;
    if (!column || unit === undefined) return driver;
    const reading = readingOf({ column, t: rows.t, regimes, firstRow: firstRowOf(componentCode), daysPerUnit });
    if (!reading) return driver;
    const others = peers.othersOf(live.machine.id, driver.point, regimes[last] ?? -1);
    return { ...driver, reading: { unit, ...reading, peers: others } };
  };

  return {
    driversOf: (life: LifeForecast, component: RecordOf<'component'>): Driver[] =>
      groupedDrivers(life).map((driver) => withReading(driver, component)),
    /** @param machineNamed finds the machine of ours that a history names so. */
    similarTo(
      componentCode: string,
      machineNamed: (name: string) => RecordOf<'machine'> | undefined,
    ): SimilarFailure[] {
      const library = summary?.components.find(({ component }) => component === componentCode)?.failures;
      if (!library) return [];
      return similarFailures(library, inputsAt(firstRowOf(componentCode), last)).map(
        ({ machine, endT, left, life }) => {
          const ours = machineNamed(machine);
          return {
            machine: ours?.tag ?? machine,
            machineId: ours?.id ?? null,
            failedAtMs: model.timeUnit === 'iso' ? Math.round(endT * dayMs) : null,
            leftDays: left * daysPerUnit,
            lifeDays: life * daysPerUnit,
          };
        },
      );
    },
  };
};
export type Explainer = ReturnType<typeof createExplainer>;

/** Finds our machines by any name that an export may know them by. */
export const machinesByName = (machines: readonly RecordOf<'machine'>[]) => {
  const named = new Map(machines.flatMap((machine) => namesOf(machine).map((name) => [name, machine] as const)));
  return (name: string): RecordOf<'machine'> | undefined => named.get(name);
};

/** The policy of a component in its machine's model; undefined for what the model does not describe. */
export const policyOf = async (lookup: Lookup, machine: RecordOf<'machine'>, componentCode: string) =>
  needed(await lookup.get('machineModel', machine.machineModelId), 'machine model').componentTypes.find(
    ({ code }) => code === componentCode,
  )?.policy;
