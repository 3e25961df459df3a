import fc from 'fast-check';
import { expect, it } from 'vitest';
import { widthOf } from './decode-registers.ts';
import { mostPerRead } from './modbus-frame.ts';
import { point } from './point-for-tests.ts';
import { type Block, costOf, lineCost, networkCost, planBlocks, splitBlock } from './poll-plan.ts';
import { type Forbidden, type ModbusPoint, modbusFunctions, type NumberType, registersOf } from './profile.ts';

const types = Object.keys(registersOf) as NumberType[];
const free = { forbidden: [] };
const cost = { request: 10 };

const anyPoint = (mostAddress: number) =>
  fc
    .tuple(fc.nat(mostAddress), fc.constantFrom(...types), fc.constantFrom(...modbusFunctions))
    .map(([address, type, f]) =>
      point({ name: `p${address}`, address, function: f, ...(f === 'coil' || f === 'discrete' ? {} : { type }) }),
    );
const isTouching = (range: Forbidden, { function: f, address, count }: Omit<Block, 'points'>) =>
  range.function === f && range.from < address + count && range.to >= address;
const forbiddenRanges = (mostAddress: number) =>
  fc
    .array(fc.record({ function: fc.constantFrom(...modbusFunctions), from: fc.nat(mostAddress), length: fc.nat(3) }), {
      maxLength: 4,
    })
    .map((ranges) => ranges.map(({ length, ...range }) => ({ ...range, to: range.from + length })));
const apartFrom = (points: readonly ModbusPoint[], forbidden: readonly Forbidden[]) =>
  points.filter((p) => !forbidden.some((range) => isTouching(range, { ...p, count: widthOf(p) })));

it('reads each point once, whole, in a block of its function within the limits of the protocol', () => {
  fc.assert(
    fc.property(
      fc.array(anyPoint(1000), { maxLength: 80 }),
      forbiddenRanges(1000),
      fc.nat(300),
      (any, forbidden, request) => {
        const wanted = apartFrom(any, forbidden);
        const blocks = planBlocks(wanted, { forbidden }, { request });
        expect(new Set(blocks.flatMap((b) => b.points))).toEqual(new Set(wanted));
        expect(blocks.flatMap((b) => b.points)).toHaveLength(wanted.length);
        for (const block of blocks) {
          expect(block.count).toBeLessThanOrEqual(mostPerRead[block.function]);
          expect(forbidden.some((range) => isTouching(range, block))).toBe(false);
          for (const p of block.points) {
            expect(p.function).toBe(block.function);
            expect(p.address).toBeGreaterThanOrEqual(block.address);
            expect(p.address + widthOf(p)).toBeLessThanOrEqual(block.address + block.count);
          }
        }
      },
    ),
  );
});

/** The cheapest of all ways to deal the points out to blocks, in runs or not. */
const cheapestOfAll = (points: readonly ModbusPoint[], forbidden: readonly Forbidden[]): number => {
  let best = Number.POSITIVE_INFINITY;
  const deal = (i: number, blocks: readonly (readonly ModbusPoint[])[]): void => {
    const next = points[i];
    if (next) {
      for (const b of blocks.keys())
        deal(
          i + 1,
          blocks.map((block, at) => (at === b ? [...block, next] : block)),
        );
      deal(i + 1, [...blocks, [next]]);
      return;
    }
    const spans = blocks.map((block) => {
      const address = Math.min(...block.map((p) => p.address));
      return {
        function: 'holding' as const,
        address,
        count: Math.max(...block.map((p) => p.address + widthOf(p))) - address,
      };
    });
    if (spans.every((span) => span.count <= 125 && !forbidden.some((range) => isTouching(range, span))))
      best = Math.min(
        best,
        spans.reduce((sum, span) => sum + costOf(span, cost), 0),
      );
  };
  deal(0, []);
  return best;
};

it('costs as little as the cheapest of all ways to deal the points out', () => {
  const holding = anyPoint(40).map((p) => point({ ...p, function: 'holding', type: p.type ?? 'float64' }));
  fc.assert(
    fc.property(fc.array(holding, { minLength: 1, maxLength: 6 }), forbiddenRanges(40), (any, ranges) => {
      const forbidden = ranges.map((range) => ({ ...range, function: 'holding' as const }));
      const wanted = apartFrom(any, forbidden);
      const planned = planBlocks(wanted, { forbidden }, cost).reduce((sum, block) => sum + costOf(block, cost), 0);
      expect(planned).toBeCloseTo(wanted.length > 0 ? cheapestOfAll(wanted, forbidden) : 0);
    }),
  );
});

const spans = (blocks: readonly Block[]) => blocks.map((b) => [b.address, b.count]);
const at = (address: number, type: NumberType) => point({ name: `p${address}`, address, type });

it('reads a hole along where that is cheaper than another request, and never one with a forbidden register in it', () => {
  const wanted = [at(0, 'float32'), at(10, 'uint16'), at(40, 'uint16')];
  expect(spans(planBlocks(wanted, free, cost))).toEqual([
    [0, 11],
    [40, 1],
  ]);
  const forbidden = [{ function: 'holding' as const, from: 5, to: 5 }];
  expect(spans(planBlocks(wanted, { forbidden }, cost))).toEqual([
    [0, 2],
    [10, 1],
    [40, 1],
  ]);
});

it('reads wider holes on a network than on a slow line', () => {
  const wanted = [at(0, 'uint16'), at(60, 'uint16')];
  expect(planBlocks(wanted, free, networkCost)).toHaveLength(1);
  expect(planBlocks(wanted, free, lineCost(9600))).toHaveLength(2);
});

it('does not shrink a block whose last point lies inside an earlier one', () => {
  expect(spans(planBlocks([at(0, 'float64'), at(1, 'uint16')], free, { request: 1 }))).toEqual([[0, 4]]);
});

it('reads a guarded row in one piece, from counter to counter', () => {
  const rowGuard = { before: 0, after: 60, function: 'holding', type: 'uint32' } as const;
  const blocks = planBlocks([at(2, 'float32'), at(58, 'float32')], { rowGuard }, cost);
  expect(blocks).toMatchObject([{ address: 0, count: 62 }]);
});

it('splits a block at its widest hole, else in the middle, and never through a value', () => {
  const split = (...points: ModbusPoint[]) => {
    const [block] = planBlocks(points, free, { request: 200 });
    return block && splitBlock(block)?.map((b) => [b.address, b.count, b.points.length]);
  };
  expect(split(at(0, 'uint16'), at(3, 'uint32'), at(9, 'uint16'))).toEqual([
    [0, 5, 2],
    [9, 1, 1],
  ]);
  expect(split(at(0, 'uint16'), at(1, 'uint16'), at(2, 'uint16'), at(3, 'uint16'))).toEqual([
    [0, 2, 2],
    [2, 2, 2],
  ]);
  expect(split(at(0, 'float64'), at(1, 'uint16'))).toBeUndefined();
  expect(split(at(7, 'uint16'))).toBeUndefined();
});
