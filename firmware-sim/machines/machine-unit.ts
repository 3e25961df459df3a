import type { Clock } from '@kuluma/shared/clock.ts';
import { createSensorFaults, type Fault, unitState } from '../faults/fault.ts';
import { ModbusException, type ModbusUnit } from '../links/modbus-unit.ts';
import type { ServedLog, ServedValue } from '../links/served-log.ts';
import type { Machine } from './machine.ts';
import { placePoints, rawFrom, wordsFrom } from './registers.ts';

/** A machine as its controller shows it on a link. */
export interface MachineDevice extends ModbusUnit {
  readonly key: string;
  /** The values of this instant after sensor faults, in the order of the type's points. */
  readValues(): number[];
  /** Enters values that have left into the served log. */
  served(values: readonly ServedValue[]): void;
}

export interface MachineDeviceDeps {
  readonly clock: Clock;
  readonly faults: readonly Fault[];
  readonly servedLog: ServedLog;
}

/**
 * The controller of a machine. Registers: its points as in the profile of its type, read-only, all of one instant.
 * Coils from 0: one a wear component; writing 1 is the service reset after its replacement. Discrete input 0: runs.
 */
export const createMachineDevice = (key: string, machine: Machine, deps: MachineDeviceDeps): MachineDevice => {
  const { type } = machine.spec;
  const places = placePoints(type);
  const components = type.wear.map((w) => w.mode.component);
  const applyFaults = createSensorFaults(deps.faults, key);
  const state = () => unitState(deps.faults, key, deps.clock.now());

  const readValues = () => {
    const nowMs = deps.clock.now();
    const values = machine.observe(nowMs);
    return values.map((value, i) => {
      const point = type.points[i];
      return point ? applyFaults(point, value, nowMs) : value;
    });
  };

  const readRegisters: ModbusUnit['readRegisters'] = (table, address, count) => {
    if (state() === 'failing') throw new ModbusException('deviceFailure');
    const last = places.at(-1);
    const end = last ? last.address + last.words : 0;
    if (table !== type.function || address < type.firstAddress || address + count > end)
      throw new ModbusException('illegalAddress');
    const values = readValues();
    const words: number[] = [];
    const served: ServedValue[] = [];
    for (const place of places) {
      const raw = rawFrom(place.point, values[place.index] ?? 0);
      words.push(...wordsFrom(place.point.type, raw, type.wordOrder));
      if (place.address >= address && place.address + place.words <= address + count)
        served.push({ machine: key, point: place.point.name, value: raw * place.point.scale });
    }
    const from = address - type.firstAddress;
    return { words: words.slice(from, from + count), onSent: () => deps.servedLog.append(served) };
  };

  return {
    key,
    readValues,
    served: (values) => deps.servedLog.append(values),
    isAnswering() {
      machine.advanceTo(deps.clock.now());
      return !machine.isDown && state() !== 'dead';
    },
    readRegisters,
    readBits(table, address, count) {
      machine.advanceTo(deps.clock.now());
      const bits = table === 'discrete' ? [machine.conditions.speedRatio > 0] : components.map(() => false);
      if (address + count > bits.length) throw new ModbusException('illegalAddress');
      return bits.slice(address, address + count);
    },
    writeRegisters() {
      throw new ModbusException('illegalAddress');
    },
    writeBits(address, bits) {
      if (address + bits.length > components.length) throw new ModbusException('illegalAddress');
      machine.advanceTo(deps.clock.now());
      for (const [i, bit] of bits.entries()) if (bit) machine.replace(components[address + i] ?? '');
    },
  };
};
