import type { MachineType, PointSpec, RegisterType, WordOrder } from './machine-type.ts';

const view = new DataView(new ArrayBuffer(8));

/** How many words each type takes, and how it is laid into bytes. */
const types = {
  int16: { words: 1, set: (raw: number) => view.setInt16(0, raw) },
  uint16: { words: 1, set: (raw: number) => view.setUint16(0, raw) },
  int32: { words: 2, set: (raw: number) => view.setInt32(0, raw) },
  uint32: { words: 2, set: (raw: number) => view.setUint32(0, raw) },
  float32: { words: 2, set: (raw: number) => view.setFloat32(0, raw) },
  float64: { words: 4, set: (raw: number) => view.setFloat64(0, raw) },
} as const satisfies Record<RegisterType, { words: number; set(raw: number): void }>;

export const registerCount = (type: RegisterType): number => types[type].words;

/** A raw value as 16-bit words; `little` puts the least significant word first. */
export const wordsFrom = (type: RegisterType, raw: number, wordOrder: WordOrder): number[] => {
  types[type].set(raw);
  const words = Array.from({ length: types[type].words }, (_, i) => view.getUint16(2 * i));
  return wordOrder === 'big' ? words : words.reverse();
};

/** The raw number that stands for a value: the nearest step of its scale, or the nearest float. */
export const rawFrom = (point: Pick<PointSpec, 'type' | 'scale'>, value: number): number => {
  if (point.type === 'float64') return value / point.scale;
  if (point.type === 'float32') return Math.fround(value / point.scale);
  return Math.round(value / point.scale);
};

/** One point, its place among the points of its type, and the registers that hold it. */
export interface PlacedPoint {
  readonly point: PointSpec;
  readonly index: number;
  readonly address: number;
  readonly words: number;
}

/**
 * The register map of a type: its points without a gap, so that one read takes them all; those of the fast scan class
 * first, so that an edge that scans the classes apart reads nothing that it does not want.
 */
export const placePoints = (type: MachineType): PlacedPoint[] => {
  let address = type.firstAddress;
  const inOrder = type.points.map((point, index) => ({ point, index }));
  const sorted = [...inOrder].sort((a, b) => a.point.scanClass.localeCompare(b.point.scanClass));
  return sorted.map(({ point, index }) => {
    const placed = { point, index, address, words: registerCount(point.type) };
    address += placed.words;
    return placed;
  });
};
