import { stringify } from 'yaml';
import type { MachineType } from './machine-type.ts';
import { placePoints } from './registers.ts';

/** The device profile with which an edge reads machines of a type. */
export const profileOf = (type: MachineType) => ({
  profile: type.type,
  points: placePoints(type).map(({ point, address }) => ({
    name: point.name,
    unit: point.unit,
    function: type.function,
    address,
    type: point.type,
    wordOrder: type.wordOrder,
    scale: point.scale,
    offset: 0,
    min: point.min,
    max: point.max,
    scanClass: point.scanClass,
    role: point.role,
  })),
});

/** The profile of the line that a type's serial device sends: field 0 is the tag `KUL`, the values follow. */
export const lineProfileOf = (type: MachineType) => ({
  profile: `${type.type}-line`,
  points: type.points.map(({ name, unit, min, max, role }, i) => ({ name, unit, field: i + 1, min, max, role })),
});

/** Profile text as it stands in a file: one line a point. */
export const profileYaml = (profile: { profile: string; points: readonly object[]; rowGuard?: object }): string => {
  const { points, ...head } = profile;
  const lines = points.map((p) => `  - ${stringify(p, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\n`);
  return `${stringify(head)}points:\n${lines.join('')}`;
};
