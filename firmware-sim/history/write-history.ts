import { join } from 'node:path';
import { type MachineTypeName, machineTypeNames, machineTypes } from '../machines/index.ts';
import { hourMs, Machine, type MachineSpec } from '../machines/machine.ts';
import { type Plant, specOf } from '../plant.ts';
import { fleetLives } from './fleet-lives.ts';
import { createFleetWriter } from './fleet-writer.ts';
import { recordMachine } from './record-machine.ts';

export interface HistoryOptions {
  readonly outDir: string;
  readonly untilMs: number;
  readonly rowHours: number;
  /** Past machines of each type beside the plant's own. */
  readonly lives: number;
  readonly types?: readonly MachineTypeName[];
  readonly onProgress?: (machinesDone: number, machines: number) => void;
}

/** A machine of the plant at `untilMs`, and the first failure that the simulation holds for it. */
export interface MachineOutlook {
  readonly key: string;
  readonly wear: Readonly<Record<string, number>>;
  /** Undefined when nothing fails within the look-ahead of 1000 days. */
  readonly nextFailure?: { readonly component: string; readonly inDays: number };
}

export interface HistorySummary {
  readonly types: readonly {
    readonly type: string;
    readonly machines: number;
    readonly rows: number;
    readonly failures: number;
  }[];
  readonly machines: readonly MachineOutlook[];
}

const lookAheadHours = 1000 * 24;

/** The truth that a forecast is to be held against; ends the machine's usefulness for anything else. */
const outlookOf = (key: string, machine: Machine, untilMs: number): MachineOutlook => {
  const wear = { ...machine.wear };
  for (let hour = 0; hour < lookAheadHours; hour++) {
    const failure = machine.passHour().find((e) => e.kind === 'failure');
    if (failure)
      return {
        key,
        wear,
        nextFailure: { component: failure.component, inDays: (failure.atMs - untilMs) / (24 * hourMs) },
      };
  }
  return { key, wear };
};

const patternOf = (spec: MachineSpec): string => (spec.duty ?? spec.type.duty).pattern;

const writeType = async (plant: Plant, name: MachineTypeName, options: HistoryOptions, onMachine: () => void) => {
  const type = machineTypes[name];
  const writer = createFleetWriter(type);
  const outlooks: MachineOutlook[] = [];
  let failures = 0;
  const record = (key: string, spec: MachineSpec, untilMs: number, plan?: (m: Machine) => readonly string[]) => {
    const machine = new Machine(spec);
    let lastRowMs = spec.startMs;
    writer.addMachine(key, spec.latitudeDeg, patternOf(spec));
    recordMachine(machine, {
      untilMs,
      rowHours: options.rowHours,
      ...(plan ? { plannedReplacements: plan } : {}),
      onRow(row) {
        lastRowMs = row.atMs;
        writer.addRow(key, row);
      },
      onEvent(event) {
        if (event.kind === 'failure') failures++;
        writer.addEvent(key, event);
      },
    });
    onMachine();
    return { machine, lastRowMs };
  };

  const own = plant.machines.filter((m) => m.type === name);
  for (const config of own) {
    const { machine } = record(config.key, specOf(plant, config), options.untilMs);
    outlooks.push(outlookOf(config.key, machine, options.untilMs));
  }
  const fleet = fleetLives(type, plant.seed + machineTypeNames.indexOf(name), options.lives, options.untilMs);
  for (const past of fleet) {
    const { lastRowMs } = record(past.key, past.spec, past.endMs, past.plannedReplacements);
    for (const { mode } of type.wear)
      writer.addEvent(past.key, { atMs: lastRowMs, kind: 'end', component: mode.component, code: '' });
  }
  const machines = own.length + fleet.length;
  if (machines > 0) await writer.write(join(options.outDir, name));
  return { summary: { type: name, machines, rows: writer.rowCount, failures }, outlooks };
};

/** Writes OUT/<type>/ for each machine type that the plant or the fleet has. */
export const writeHistory = async (plant: Plant, options: HistoryOptions): Promise<HistorySummary> => {
  const types: HistorySummary['types'][number][] = [];
  const machines: MachineOutlook[] = [];
  const names = options.types ?? machineTypeNames;
  const total = names.length * options.lives + plant.machines.filter((m) => names.includes(m.type)).length;
  let done = 0;
  for (const name of names) {
    const written = await writeType(plant, name, options, () => options.onProgress?.(++done, total));
    if (written.summary.machines === 0) continue;
    types.push(written.summary);
    machines.push(...written.outlooks);
  }
  return { types, machines };
};
