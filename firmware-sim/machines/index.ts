import { centrifugalPump } from './centrifugal-pump.ts';
import { cncSpindle } from './cnc-spindle.ts';
import { gearboxConveyor } from './gearbox-conveyor.ts';
import type { MachineType } from './machine-type.ts';
import { screwCompressor } from './screw-compressor.ts';

/** Every machine type that can be simulated. */
export const machineTypes = {
  'centrifugal-pump': centrifugalPump,
  'screw-compressor': screwCompressor,
  'gearbox-conveyor': gearboxConveyor,
  'cnc-spindle': cncSpindle,
} as const satisfies Record<string, MachineType>;

export type MachineTypeName = keyof typeof machineTypes;
export const machineTypeNames = Object.keys(machineTypes) as MachineTypeName[];
