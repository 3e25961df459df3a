import { widthOf } from './decode-registers.ts';
import { mostPerRead } from './modbus-frame.ts';
import type { Forbidden, ModbusFunction, ModbusPoint, ModbusProfile } from './profile.ts';

/** One read and the points that stand in it. */
export interface Block {
  readonly function: ModbusFunction;
  readonly address: number;
  readonly count: number;
  /** By address. */
  readonly points: readonly ModbusPoint[];
}

/** What a read costs on a line: `request` for being made at all, in the time that one register takes. A bit takes 1/16. */
export interface ReadCost {
  readonly request: number;
}

/** On a network: a round trip of 2 ms against 20 us for what one more register costs the device. */
export const networkCost: ReadCost = { request: 100 };

/** On a serial line of characters of 11 bits: 13 of framing, two silences of 3.5, and 5 ms in which the unit turns around. */
export const lineCost = (baudRate: number): ReadCost => {
  const characterMs = 11_000 / baudRate;
  return { request: (20 * characterMs + 5) / (2 * characterMs) };
};

export const costOf = (block: Pick<Block, 'function' | 'count'>, cost: ReadCost): number =>
  cost.request + block.count / (block.function === 'holding' || block.function === 'input' ? 1 : 16);

const blockOf = (points: readonly ModbusPoint[], count: number): Block => {
  const [first] = points as [ModbusPoint];
  return { function: first.function, address: first.address, count, points };
};

/**
 * The cheapest set of reads of points of one function, by address. There is always a cheapest one that cuts the sorted
 * points into runs: where points of two blocks are out of order, one of them lies in both blocks and can change over.
 * So the last run of the first n points is found from the best plans of fewer points, exactly. A run only grows dearer
 * and more forbidden towards its front, which bounds the search.
 */
const cheapest = (sorted: readonly ModbusPoint[], forbidden: readonly Forbidden[], cost: ReadCost): Block[] => {
  const best: { cost: number; from: number; count: number }[] = [{ cost: 0, from: 0, count: 0 }];
  for (let to = 1; to <= sorted.length; to++) {
    let found = { cost: Number.POSITIVE_INFINITY, from: 0, count: 0 };
    let end = 0;
    for (let from = to - 1; from >= 0; from--) {
      const { function: f, address, ...point } = sorted[from] as ModbusPoint;
      end = Math.max(end, address + widthOf(point));
      const count = end - address;
      const isForbidden = forbidden.some((range) => range.from < end && range.to >= address);
      if (from < to - 1 && (count > mostPerRead[f] || isForbidden)) break;
      const total = (best[from]?.cost ?? 0) + costOf({ function: f, count }, cost);
      if (total < found.cost) found = { cost: total, from, count };
    }
    best.push(found);
  }
  const blocks: Block[] = [];
  for (let to = sorted.length; to > 0; ) {
    const { from, count } = best[to] as { from: number; count: number };
    blocks.unshift(blockOf(sorted.slice(from, to), count));
    to = from;
  }
  return blocks;
};

/**
 * The points in the cheapest set of reads, in order of function and address, never touching what is forbidden. A hole
 * is read along where that costs less than another request. A profile with a row guard is always one block from its
 * first counter to its second.
 */
export const planBlocks = (
  points: readonly ModbusPoint[],
  { rowGuard: guard, forbidden = [] }: Pick<ModbusProfile, 'rowGuard' | 'forbidden'>,
  cost: ReadCost,
): Block[] => {
  if (guard) {
    const address = Math.min(guard.before, guard.after);
    return [{ function: guard.function, address, count: Math.abs(guard.after - guard.before) + 2, points }];
  }
  const sorted = [...points].sort((a, b) => a.address - b.address);
  return [...new Set(sorted.map((p) => p.function))].sort().flatMap((f) =>
    cheapest(
      sorted.filter((p) => p.function === f),
      forbidden.filter((range) => range.function === f),
      cost,
    ),
  );
};

/** Two blocks for one, cut at its widest hole, or in the middle; undefined where it cannot be cut. */
export const splitBlock = (block: Block): [Block, Block] | undefined => {
  let end = 0;
  let cut: { at: number; hole: number; end: number } | undefined;
  for (const [at, point] of block.points.entries()) {
    const hole = point.address - end;
    const isBetter = cut === undefined || hole > cut.hole || (hole === cut.hole && 2 * at <= block.points.length);
    if (at > 0 && hole >= 0 && isBetter) cut = { at, hole, end };
    end = Math.max(end, point.address + widthOf(point));
  }
  const [first] = block.points;
  if (!cut || !first) return undefined;
  const rest = block.points.slice(cut.at);
  return [
    blockOf(block.points.slice(0, cut.at), cut.end - first.address),
    blockOf(rest, end - (rest[0]?.address ?? 0)),
  ];
};
