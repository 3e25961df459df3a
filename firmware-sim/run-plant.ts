import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { isDropped } from './faults/fault.ts';
import { isTalking, type LinkFaults, openModbusLink, openTalkingLink } from './links/index.ts';
import type { OpenLink, ReadyLink } from './links/link.ts';
import type { LinkConfig } from './links/link-config.ts';
import type { ModbusUnit } from './links/modbus-unit.ts';
import { noServedLog, openServedLog } from './links/served-log.ts';
import { Machine } from './machines/machine.ts';
import { createMachineDevice, type MachineDevice } from './machines/machine-unit.ts';
import { type Plant, specOf } from './plant.ts';

export interface RunningPlant {
  readonly links: readonly ReadyLink[];
  /** Closes all links, then the served log. */
  stop(): Promise<void>;
}

interface PlacedDevice {
  readonly link: string;
  readonly unit: number | undefined;
  readonly machine: Machine;
  readonly device: MachineDevice;
}

const openLink = async (config: LinkConfig, all: readonly PlacedDevice[], faults: LinkFaults): Promise<OpenLink> => {
  const placed = all.filter((p) => p.link === config.name);
  if (!isTalking(config)) {
    const units = placed.flatMap((p): [number, ModbusUnit][] => (p.unit === undefined ? [] : [[p.unit, p.device]]));
    return openModbusLink(config, new Map(units), faults);
  }
  const [only] = placed;
  if (!only) throw new AppError('CONFIG_INVALID', `no machine is on the line ${config.name}`);
  return openTalkingLink(config, only, faults);
};

/** Brings all machines to the present of the clock and opens all links of a plant. @throws LINK_DOWN */
export const runPlant = async (plant: Plant, clock: Clock): Promise<RunningPlant> => {
  const servedLog = plant.served ? openServedLog(plant.served) : noServedLog;
  const placed = plant.machines.map((config): PlacedDevice => {
    const machine = new Machine(specOf(plant, config));
    machine.advanceTo(clock.now());
    const device = createMachineDevice(config.key, machine, { clock, faults: plant.faults, servedLog });
    return { link: config.link, unit: config.unit, machine, device };
  });
  const open: OpenLink[] = [];
  const stop = async () => {
    for (const link of open.splice(0).reverse()) await link.close();
    servedLog.close();
  };
  try {
    for (const config of plant.links) {
      open.push(
        await openLink(config, placed, {
          isDropped: () => isDropped(plant.faults, config.name, clock.now()),
          canDrop: plant.faults.some((f) => f.kind === 'link-drop' && f.link === config.name),
        }),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { links: open.map((link) => link.ready), stop };
};
