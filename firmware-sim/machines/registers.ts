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

/** One point and the registers that hold it. */
export interface PlacedPoint {
  readonly point: PointSpec;
  readonly address: number;
  readonly words: number;
}

/** The register map of a type: its points one after another, so that one read takes them all. */
export const placePoints = (type: MachineType): PlacedPoint[] => {
  let address = type.firstAddress;
  return type.points.map((point) => {
    const placed = { point, address, words: registerCount(point.type) };
    address += placed.words;
    return placed;
  });
};
