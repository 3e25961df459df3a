import { type Static, Type } from 'typebox';
import { closed, idOf, oneOf, orNull, Probability } from '../base.ts';
import { PointRole } from '../machines.ts';
import { missingCodes } from '../set-up-kinds.ts';
import { IsoInstant } from './common.ts';
import { dataFaults } from './machine.ts';

const InventoryPoint = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    name: Type.String(),
    role: PointRole,
    unit: Type.String(),
    /** Null where it never gave a sample that is still kept. */
    held: orNull(
      Type.Object(
        {
          /** The day of its first sample, and the time of its last. */
          firstAt: IsoInstant,
          lastAt: IsoInstant,
          samples: Type.Integer(),
          /** Usual time between two. */
          intervalMs: Type.Number(),
          /** Days without any, from the first to now. */
          emptyDays: Type.Integer(),
          /** The longest run of these. */
          longestGap: orNull(Type.Object({ fromAt: IsoInstant, toAt: IsoInstant }, closed)),
        },
        closed,
      ),
    ),
    /** Over the last day; null where nothing was judged yet. */
    score: orNull(Probability),
    faults: Type.Array(oneOf(dataFaults)),
  },
  closed,
);

/** What data there are of a machine, and what it lacks to be forecast. */
export const InventoryView = Type.Object(
  {
    machineId: idOf('machine'),
    tag: Type.String(),
    timeZone: Type.String(),
    points: Type.Array(InventoryPoint),
    missing: Type.Array(oneOf(missingCodes)),
  },
  closed,
);
export type InventoryView = Static<typeof InventoryView>;
