import { mostPerRead } from './modbus-frame.ts';
import { type ModbusFunction, type ModbusPoint, type ModbusProfile, registersOf } from './profile.ts';

/** One read and the points that stand in it. */
export interface Block {
  readonly function: ModbusFunction;
  readonly address: number;
  readonly count: number;
  readonly points: readonly ModbusPoint[];
}

/** Registers or bits that a point fills. */
export const widthOf = (point: Pick<ModbusPoint, 'type'>): number => (point.type ? registersOf[point.type] : 1);

/**
 * The points merged to few reads, in order of function and address. A hole of up to `gapTolerance` registers or bits is
 * read along, because a request costs more than the registers in it; a profile with a row guard is always one block
 * from its first counter to its second.
 */
export const planBlocks = (
  points: readonly ModbusPoint[],
  guard: ModbusProfile['rowGuard'],
  gapTolerance = 16,
): Block[] => {
  if (guard) {
    const address = Math.min(guard.before, guard.after);
    return [{ function: guard.function, address, count: Math.abs(guard.after - guard.before) + 2, points }];
  }
  const blocks: Block[] = [];
  const sorted = [...points].sort((a, b) => a.function.localeCompare(b.function) || a.address - b.address);
  for (const point of sorted) {
    const last = blocks.at(-1);
    const end = point.address + widthOf(point);
    if (
      last &&
      last.function === point.function &&
      point.address - (last.address + last.count) <= gapTolerance &&
      end - last.address <= mostPerRead[point.function]
    ) {
      const count = Math.max(last.count, end - last.address);
      blocks[blocks.length - 1] = { ...last, count, points: [...last.points, point] };
    } else {
      blocks.push({ function: point.function, address: point.address, count: end - point.address, points: [point] });
    }
  }
  return blocks;
};
