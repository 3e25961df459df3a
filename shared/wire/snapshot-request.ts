import { type Static, Type } from 'typebox';
import { closed, idOf } from '../model/base.ts';

/** JSON on the `snapshot` channel, not retained: the raw signal behind a point is wanted now, as a waveform record. */
export const SnapshotRequest = Type.Object({ v: Type.Literal(1), pointId: idOf('measurementPoint') }, closed);
export type SnapshotRequest = Static<typeof SnapshotRequest>;
