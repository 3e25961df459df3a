import { DemoClock } from '@kuluma/shared/clock.ts';
import { AppError, type Fault as ConfigFault } from '@kuluma/shared/errors.ts';
import { Instant, oneOf } from '@kuluma/shared/model/base.ts';
import { loadConfig } from '@kuluma/shared/node/config.ts';
import { type Static, Type } from 'typebox';
import { Fault } from './faults/fault.ts';
import { isTalking } from './links/index.ts';
import { LinkConfig } from './links/link-config.ts';
import { DutyCycle } from './machines/duty-cycle.ts';
import { machineTypeNames, machineTypes } from './machines/index.ts';
import type { MachineSpec } from './machines/machine.ts';

const strict = { additionalProperties: false };

const WearSetting = Type.Object(
  {
    initial: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
    rateFactor: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
  },
  strict,
);

const PlantMachine = Type.Object(
  {
    key: Type.String({ pattern: '^[A-Za-z0-9_-]+$' }),
    type: oneOf(machineTypeNames),
    link: Type.String({ minLength: 1 }),
    /** Modbus unit; a device that sends by itself has none. */
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247 })),
    /** Without one it follows from the plant's seed and the key. */
    seed: Type.Optional(Type.Integer()),
    /** When it was installed or last overhauled. */
    startMs: Instant,
    /** By wear mode. */
    wear: Type.Optional(Type.Record(Type.String(), WearSetting)),
    duty: Type.Optional(DutyCycle),
    ambient: Type.Optional(Type.Object({ latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }) }, strict)),
  },
  strict,
);
export type PlantMachine = Static<typeof PlantMachine>;

export const Plant = Type.Object(
  {
    clock: Type.Optional(DemoClock),
    seed: Type.Integer(),
    links: Type.Array(LinkConfig, { minItems: 1 }),
    machines: Type.Array(PlantMachine, { minItems: 1 }),
    faults: Type.Array(Fault, { default: [] }),
    /** File that gets every value that left the simulator. */
    served: Type.Optional(Type.String({ minLength: 1 })),
  },
  strict,
);
export type Plant = Static<typeof Plant>;

/** A seed for one machine from the plant's seed and the machine's key (FNV-1a). */
const seedOf = (plantSeed: number, key: string): number => {
  let hash = 0x811c9dc5 ^ plantSeed;
  for (const character of key) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash | 0;
};

const defaultLatitudeDeg = 61;

/** How a machine of the plant is made; the same in `run` and `history`. */
export const specOf = (plant: Plant, machine: PlantMachine): MachineSpec => ({
  type: machineTypes[machine.type],
  seed: machine.seed ?? seedOf(plant.seed, machine.key),
  startMs: machine.startMs,
  latitudeDeg: machine.ambient?.latitudeDeg ?? defaultLatitudeDeg,
  ...(machine.duty ? { duty: machine.duty } : {}),
  ...(machine.wear ? { wear: machine.wear } : {}),
});

const duplicates = (values: readonly string[]): string[] => values.filter((v, i) => values.indexOf(v) !== i);

const machineFaults = (plant: Plant, machine: PlantMachine, path: string): ConfigFault[] => {
  const link = plant.links.find((l) => l.name === machine.link);
  const modes = machineTypes[machine.type].wear.map((w) => w.mode.mode);
  const faults: ConfigFault[] = [];
  if (!link) faults.push({ path: `${path}/link`, message: `no link is named ${machine.link}` });
  if (link && !isTalking(link) && machine.unit === undefined)
    faults.push({ path: `${path}/unit`, message: 'a machine on a Modbus link needs a unit', hint: '1 to 247' });
  for (const mode of Object.keys(machine.wear ?? {}))
    if (!modes.some((m) => m === mode))
      faults.push({
        path: `${path}/wear/${mode}`,
        message: `a ${machine.type} has no such wear mode`,
        hint: `allowed: ${modes.join(', ')}`,
      });
  return faults;
};

const faultFaults = (plant: Plant, fault: Fault, path: string): ConfigFault[] => {
  if (fault.kind === 'link-drop')
    return plant.links.some((l) => l.name === fault.link)
      ? []
      : [{ path: `${path}/link`, message: `no link is named ${fault.link}` }];
  const machine = plant.machines.find((m) => m.key === fault.machine);
  if (!machine) return [{ path: `${path}/machine`, message: `no machine has the key ${fault.machine}` }];
  if (!('point' in fault) || machineTypes[machine.type].points.some((p) => p.name === fault.point)) return [];
  return [{ path: `${path}/point`, message: `a ${machine.type} has no point ${fault.point}` }];
};

/** What no schema can see: references, and names and units that must be unique. */
const plantFaults = (plant: Plant): ConfigFault[] => [
  ...duplicates(plant.links.map((l) => l.name)).map((n) => ({ path: '/links', message: `two links are named ${n}` })),
  ...duplicates(plant.machines.map((m) => m.key)).map((k) => ({
    path: '/machines',
    message: `two machines have the key ${k}`,
  })),
  ...duplicates(plant.machines.map((m) => `${m.link} (unit ${m.unit ?? 'none'})`)).map((at) => ({
    path: '/machines',
    message: `two machines share ${at}`,
  })),
  ...plant.links.flatMap((link, i) =>
    isTalking(link) && plant.machines.filter((m) => m.link === link.name).length !== 1
      ? [{ path: `/links/${i}`, message: 'a line on which a machine sends by itself carries exactly one' }]
      : [],
  ),
  ...plant.machines.flatMap((m, i) => machineFaults(plant, m, `/machines/${i}`)),
  ...plant.faults.flatMap((f, i) => faultFaults(plant, f, `/faults/${i}`)),
];

/** The plant of a file. @throws CONFIG_INVALID with all faults at once. */
export const loadPlant = (file: string, env: Record<string, string | undefined> = {}): Plant => {
  const plant = loadConfig(Plant, { file, env, envPrefix: 'KULUMA_SIM_' });
  const faults = plantFaults(plant);
  if (faults.length > 0) throw new AppError('CONFIG_INVALID', `${file} has ${faults.length} faults`, { faults });
  return plant;
};
