import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mostPerRead } from './modbus-frame.ts';
import { planBlocks, widthOf } from './poll-plan.ts';
import { type ModbusPoint, modbusFunctions, type RegisterType, registersOf } from './profile.ts';

const point = (
  address: number,
  type: RegisterType | undefined,
  f: ModbusPoint['function'] = 'holding',
): ModbusPoint => ({
  name: `p${address}${f}`,
  unit: '',
  scale: 1,
  offset: 0,
  role: 'sensor',
  function: f,
  address,
  wordOrder: 'big',
  ...(type ? { type } : {}),
});
const points = fc.array(
  fc.tuple(
    fc.nat(1000),
    fc.constantFrom(...(Object.keys(registersOf) as RegisterType[])),
    fc.constantFrom(...modbusFunctions),
  ),
  { maxLength: 80 },
);

it('reads each point once, whole, in a block of its function within the limits of the protocol', () => {
  fc.assert(
    fc.property(points, fc.nat(30), (specs, gap) => {
      const wanted = specs.map(([address, type, f]) =>
        point(address, f === 'coil' || f === 'discrete' ? undefined : type, f),
      );
      const blocks = planBlocks(wanted, undefined, gap);
      expect(new Set(blocks.flatMap((b) => b.points))).toEqual(new Set(wanted));
      expect(blocks.flatMap((b) => b.points)).toHaveLength(wanted.length);
      for (const block of blocks) {
        expect(block.count).toBeLessThanOrEqual(mostPerRead[block.function]);
        for (const p of block.points) {
          expect(p.function).toBe(block.function);
          expect(p.address).toBeGreaterThanOrEqual(block.address);
          expect(p.address + widthOf(p)).toBeLessThanOrEqual(block.address + block.count);
        }
      }
    }),
  );
});

it('reads a small hole along and splits at a wide one', () => {
  const blocks = planBlocks([point(0, 'float32'), point(10, 'uint16'), point(40, 'uint16')], undefined, 8);
  expect(blocks.map((b) => [b.address, b.count])).toEqual([
    [0, 11],
    [40, 1],
  ]);
});

it('does not shrink a block whose last point lies inside an earlier one', () => {
  const blocks = planBlocks([point(0, 'float64'), point(1, 'uint16')], undefined, 0);
  expect(blocks.map((b) => [b.address, b.count])).toEqual([[0, 4]]);
});

it('reads a guarded row in one piece, from counter to counter', () => {
  const guard = { before: 0, after: 60, function: 'holding', type: 'uint32' } as const;
  expect(planBlocks([point(2, 'float32'), point(58, 'float32')], guard, 0)).toMatchObject([{ address: 0, count: 62 }]);
});
