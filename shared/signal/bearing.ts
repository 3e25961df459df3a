import { type Static, Type } from 'typebox';
import { closed } from '../model/base.ts';

const length = Type.Number({ exclusiveMinimum: 0 });

/** A rolling bearing, its outer ring at rest. */
export const BearingGeometry = Type.Object(
  {
    rollingElements: Type.Integer({ minimum: 3 }),
    rollingElementDiameterMm: length,
    pitchDiameterMm: length,
    contactAngleDeg: Type.Number({ minimum: 0, exclusiveMaximum: 90, default: 0 }),
  },
  closed,
);
export type BearingGeometry = Static<typeof BearingGeometry>;

/** Rates at which rolling elements pass a defect. `bpfo`, `bpfi`: of the outer, inner ring; `bsf`: spin of an element; `ftf`: the cage. */
export interface BearingFrequencies {
  readonly bpfo: number;
  readonly bpfi: number;
  readonly bsf: number;
  readonly ftf: number;
}

/**
 * Kinematic frequencies, in the unit of `shaftHz`; real ones lie 1 to 2 % off, as elements slip. Source: R.B. Randall and
 * J. Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical Systems and Signal Processing 25 (2011),
 * equations 1 to 4.
 */
export const bearingFrequencies = (geometry: BearingGeometry, shaftHz: number): BearingFrequencies => {
  const { rollingElements, rollingElementDiameterMm, pitchDiameterMm, contactAngleDeg } = geometry;
  const ratio = (rollingElementDiameterMm / pitchDiameterMm) * Math.cos((contactAngleDeg * Math.PI) / 180);
  return {
    bpfo: ((rollingElements * shaftHz) / 2) * (1 - ratio),
    bpfi: ((rollingElements * shaftHz) / 2) * (1 + ratio),
    bsf: (pitchDiameterMm / (2 * rollingElementDiameterMm)) * shaftHz * (1 - ratio ** 2),
    ftf: (shaftHz / 2) * (1 - ratio),
  };
};
