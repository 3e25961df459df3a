import { widthOf } from '@kuluma/edge/core/decode-registers.ts';
import { costOf, lineCost, networkCost, planBlocks, type ReadCost } from '@kuluma/edge/core/poll-plan.ts';
import { type Forbidden, type ModbusPoint, type NumberType, registersOf } from '@kuluma/edge/core/profile.ts';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import type { Bench } from '../bench.ts';

const maps = 200;
const pointsPerMap = 15;
const mostRegisters = 125;
const types = Object.keys(registersOf) as NumberType[];

interface RegisterMap {
  readonly points: ModbusPoint[];
  readonly forbidden: Forbidden[];
}
interface Span {
  readonly from: number;
  readonly to: number;
}

const isTouching = (forbidden: readonly Forbidden[], { from, to }: Span): boolean =>
  forbidden.some((range) => range.from < to && range.to >= from);
const spanOf = (point: ModbusPoint): Span => ({ from: point.address, to: point.address + widthOf(point) });

/** Points of any type, dense or thin, overlapping too, and some ranges between them that must not be read. */
const randomMap = (random: Random): RegisterMap => {
  const length = 20 + Math.floor(random() * 600);
  const below = (n: number) => Math.floor(random() * n);
  const forbidden = Array.from({ length: below(4) }, () => {
    const from = below(length);
    return { function: 'holding' as const, from, to: from + below(5) };
  });
  const points = Array.from({ length: pointsPerMap }, (_, i): ModbusPoint => {
    const type = types[below(types.length)] ?? 'uint16';
    const plain = { unit: '1', scale: 1, offset: 0, role: 'sensor', wordOrder: 'big', byteOrder: 'big' } as const;
    return { ...plain, name: `p${i}`, function: 'holding', address: below(length), type };
  });
  return { forbidden, points: points.filter((point) => !isTouching(forbidden, spanOf(point))) };
};

/**
 * The cheapest cover by any reads at all: every set of points, in order of what it leaves to be covered, with every
 * read that begins and ends at a point. It shares no idea with the planner.
 */
const optimum = ({ points, forbidden }: RegisterMap, cost: ReadCost): number => {
  const spans = points.map(spanOf);
  const reads = spans.flatMap(({ from }) =>
    spans.flatMap(({ to }) => {
      if (to <= from || to - from > mostRegisters || isTouching(forbidden, { from, to })) return [];
      const covered = spans.reduce((set, span, i) => (span.from >= from && span.to <= to ? set | (1 << i) : set), 0);
      return [{ covered, cost: costOf({ function: 'holding', count: to - from }, cost) }];
    }),
  );
  const all = (1 << points.length) - 1;
  const cheapest = new Float64Array(all + 1).fill(Number.POSITIVE_INFINITY);
  cheapest[0] = 0;
  for (let covered = 0; covered < all; covered++) {
    const next = 1 << Math.trunc(Math.log2(~covered & -~covered));
    for (const read of reads) {
      if ((read.covered & next) === 0) continue;
      const total = (cheapest[covered] as number) + read.cost;
      const after = covered | read.covered;
      if (total < (cheapest[after] as number)) cheapest[after] = total;
    }
  }
  return cheapest[all] as number;
};

/** How dear the planned reads are beside the cheapest that there can be. */
export const merge: Bench = async () => {
  const random = seededRandom(2026);
  const costs = [lineCost(9600), lineCost(19_200), lineCost(115_200), networkCost];
  const ratios = Array.from({ length: maps }, (_, i) => {
    const map = randomMap(random);
    const cost = costs[i % costs.length] ?? networkCost;
    if (map.points.length === 0) return 1;
    const planned = planBlocks(map.points, map, cost).reduce((sum, block) => sum + costOf(block, cost), 0);
    return planned / optimum(map, cost);
  });
  const worst = Math.max(...ratios);
  return [
    {
      what: `merged requests beside the optimum, ${maps} random maps`,
      toReach: 'at most 1.05 times',
      measured: `${worst.toFixed(3)} times at worst`,
      met: worst <= 1.05,
      figures: { maps, worstRatio: worst, meanRatio: ratios.reduce((a, b) => a + b) / maps },
    },
  ];
};
