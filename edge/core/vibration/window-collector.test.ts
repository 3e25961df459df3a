import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WaveformBlock, WindowCollector } from './window-collector.ts';

/** 1 kHz: a value a millisecond, and each value is its own number. */
const block = (firstSample: number, count: number, sampleRateHz = 1000): WaveformBlock => {
  return {
    channel: 0,
    sampleRateHz,
    firstSample,
    values: Float32Array.from({ length: count }, (_, i) => firstSample + i),
  };
};
const create = (over: object = {}) => new WindowCollector({ windowMs: 10, everyMs: 10, keepMs: 15, scale: 1, ...over });
const spanOf = ({ values }: { values: Float32Array }) => [values[0], values.at(-1)];

describe('windows', () => {
  it('follow one another without a hole, however the values are cut into blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const collector = create();
        let next = 100;
        const windows = sizes.flatMap((size) => {
          const taken = collector.take(block(next, size));
          next += size;
          return taken;
        });
        expect(windows.length).toBe(Math.floor((next - 100) / 10));
        for (const [i, window] of windows.entries()) {
          expect([...window.values]).toEqual(Array.from({ length: 10 }, (_, k) => 100 + 10 * i + k));
          expect(window.endSample).toBe(110 + 10 * i);
        }
      }),
    );
  });

  it('leave out what lies between them where they are asked for less often', () => {
    const windows = create({ everyMs: 25 }).take(block(0, 100));
    expect(windows.map(spanOf)).toEqual([
      [0, 9],
      [25, 34],
      [50, 59],
      [75, 84],
    ]);
  });

  it('begin anew after lost values, which are counted', () => {
    const collector = create();
    collector.take(block(0, 8));
    expect(collector.take(block(9, 9))).toEqual([]);
    expect(collector.lost).toBe(1);
    expect(collector.take(block(18, 5)).map(spanOf)).toEqual([[9, 18]]);
  });

  it('begin anew where the device does', () => {
    const collector = create();
    collector.take(block(5000, 8));
    expect(collector.take(block(0, 12)).map(spanOf)).toEqual([[0, 9]]);
    expect(collector.lost).toBe(0);
  });

  it('begin anew where the rate changes, and last as long', () => {
    const collector = create();
    collector.take(block(0, 8));
    expect(collector.take(block(8, 25, 2000)).map(spanOf)).toEqual([[8, 27]]);
    expect(collector.lost).toBe(0);
  });

  it('are in the unit of the channel', () => {
    expect(create({ scale: 0.5 }).take(block(0, 10)).map(spanOf)).toEqual([[0, 4.5]]);
  });
});

describe('the last stretch', () => {
  it('is not there before the first value', () => {
    expect(create().latest()).toBeUndefined();
  });

  it('ends with the last value and is never glued over a hole', () => {
    const collector = create();
    collector.take(block(0, 12));
    expect(collector.latest()?.values.length).toBe(12);
    collector.take(block(12, 21));
    expect(collector.latest()).toMatchObject({ endSample: 33, sampleRateHz: 1000 });
    expect([...(collector.latest()?.values ?? [])]).toEqual(Array.from({ length: 15 }, (_, i) => 18 + i));
    collector.take(block(40, 3));
    expect([...(collector.latest()?.values ?? [])]).toEqual([40, 41, 42]);
  });
});
