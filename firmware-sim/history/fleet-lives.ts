import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { hourMs, type Machine, type MachineSpec } from '../machines/machine.ts';
import type { MachineType } from '../machines/machine-type.ts';

const dayMs = 24 * hourMs;

/** One past machine of the fleet: observed from its start until `endMs`. */
export interface FleetMachine {
  readonly key: string;
  readonly spec: MachineSpec;
  readonly endMs: number;
  readonly plannedReplacements: (machine: Machine) => readonly string[];
}

const between = (random: Random, from: number, to: number): number => from + (to - from) * random();

/** Share of components that a planned visit replaces before they fail, at a wear of 0.55 to 0.95. */
const plannedShare = 0.25;

const drawPlannedWear = (random: Random): number => (random() < plannedShare ? between(random, 0.55, 0.95) : 2);

/** Each component in use gets a wear at which it would be replaced, drawn anew for each life. */
const planReplacements = (type: MachineType, random: Random) => {
  const plannedWear = new Map(type.wear.map(({ mode }) => [mode.component, drawPlannedWear(random)]));
  const lastWear = new Map<string, number>();
  return (machine: Machine): string[] => {
    const due: string[] = [];
    for (const [component, limit] of plannedWear) {
      const wear = machine.wear[component] ?? 0;
      const isRenewed = wear < (lastWear.get(component) ?? 0);
      if (wear >= limit) due.push(component);
      if (wear >= limit || isRenewed) plannedWear.set(component, drawPlannedWear(random));
      lastWear.set(component, wear);
    }
    return due;
  };
};

/** Past machines of one type, 360 to 720 days long each, ended within half a year before `untilMs`. */
export const fleetLives = (type: MachineType, seed: number, count: number, untilMs: number): FleetMachine[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const endMs = untilMs - Math.floor(between(random, 0, 180)) * dayMs;
    const spec: MachineSpec = {
      type,
      seed: Math.floor(between(random, 0, 2 ** 31)),
      startMs: endMs - Math.floor(between(random, 360, 720)) * dayMs,
      latitudeDeg: between(random, 60, 67),
      duty: { ...type.duty, meanLoad: type.duty.meanLoad * between(random, 0.93, 1.07) },
    };
    const key = `${type.type}-f${String(i + 1).padStart(3, '0')}`;
    return { key, spec, endMs, plannedReplacements: planReplacements(type, random) };
  });
};
