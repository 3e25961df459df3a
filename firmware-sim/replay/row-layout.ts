import { canonicalUnits, Unit } from '@kuluma/shared/model/units.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { registerCount, wordsFrom } from '../machines/registers.ts';
import type { RecordedPoint, Recording } from './read-fleet.ts';

const counterType = 'uint32';
const valueType = 'float64';

/**
 * Where a row stands in the holding registers of a unit: its number (uint32, from 1) at 0, then each point as float64
 * so that a register holds exactly what the file says, then the number again. All words most significant first.
 */
export const rowLayout = (points: readonly RecordedPoint[]) => {
  const first = registerCount(counterType);
  const after = first + points.length * registerCount(valueType);
  return {
    before: 0,
    after,
    registers: after + registerCount(counterType),
    addressOf: (pointIndex: number) => first + pointIndex * registerCount(valueType),
  };
};

/** All registers of one row. */
export const rowWords = (number: number, values: readonly number[]): number[] => {
  const counter = wordsFrom(counterType, number, 'big');
  return [...counter, ...values.flatMap((value) => wordsFrom(valueType, value, 'big')), ...counter];
};

/** The device profile with which an edge reads a replayed recording, row by row. */
export const replayProfile = (recording: Recording) => {
  const layout = rowLayout(recording.points);
  const profile = recording.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return {
    profile: `replay-${profile}`,
    rowGuard: { before: layout.before, after: layout.after, type: counterType, function: 'holding' },
    points: recording.points.map((point, i) => ({
      name: point.name,
      unit: isValid(Unit, point.unit) ? point.unit : canonicalUnits.dimensionless,
      function: 'holding',
      address: layout.addressOf(i),
      type: valueType,
      wordOrder: 'big',
      scale: 1,
      offset: 0,
      scanClass: 'fast',
      role: point.role,
    })),
  };
};
