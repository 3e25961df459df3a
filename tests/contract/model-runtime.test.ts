import { type ModelBackend, openModelRuntime } from '@kuluma/cloud/adapters/model-runtime.ts';
import {
  type NetworkLesson,
  readNetwork,
  runNetwork,
  writeNetwork,
} from '@kuluma/cloud/core/forecast/network/network.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';

const rows = 400;
const width = 5;
const random = seededRandom(3);
const inputs = Float32Array.from({ length: rows * width }, () => 2 * random() - 1);
const at = (row: number, i: number) => inputs[row * width + i] as number;
/** A bent surface, and whether it lies above 0; every fifth number is not known. */
const targets = Float32Array.from({ length: rows * 2 }, (_, n) => {
  const row = n >> 1;
  const value = at(row, 0) * at(row, 1) + Math.abs(at(row, 2));
  if (row % 5 === 4) return Number.NaN;
  return n % 2 === 0 ? value : Number(value > 0.4);
});
const positions = Int32Array.from({ length: rows }, (_, row) => row);
const lesson: NetworkLesson = {
  inputs,
  width,
  targets,
  losses: ['squared', 'logistic'],
  rows: positions.filter((row) => row < 300),
  heldRows: positions.filter((row) => row >= 300),
  hidden: [16, 8],
  epochs: 24,
  checkpoints: [8, 24],
  batchRows: 32,
  learningRate: 0.02,
  decay: 1e-4,
  seed: 5,
  endMs: Number.POSITIVE_INFINITY,
};
const timeless = () => 0;

const mistakes = (held: Float32Array) => {
  let square = 0;
  let wrong = 0;
  let known = 0;
  lesson.heldRows.forEach((row, n) => {
    if (row % 5 === 4) return;
    known++;
    square += ((held[2 * n] as number) - (targets[2 * row] as number)) ** 2;
    wrong += (held[2 * n + 1] as number) > 0 === (targets[2 * row + 1] === 1) ? 0 : 1;
  });
  return { square: square / known, wrong: wrong / known };
};

afterEach(() => vi.restoreAllMocks());

describe.each(['wasm', 'cpu'] as const satisfies ModelBackend[])('the model runtime on %s', (backend) => {
  it('teaches a bent surface and a class together, better at each checkpoint', async () => {
    const runtime = await openModelRuntime([backend]);
    expect(runtime.backend).toBe(backend);
    const taught = runtime.teach(lesson, timeless).map(({ held }) => mistakes(held));
    expect(taught).toHaveLength(2);
    expect(taught[1]?.square).toBeLessThan(0.02);
    expect(taught[1]?.wrong).toBeLessThan(0.12);
    expect(taught[1]?.square).toBeLessThan(taught[0]?.square ?? 0);
  });

  it('gives networks that core runs to the same answers, also after JSON', async () => {
    const { teach } = await openModelRuntime([backend]);
    const [, last] = teach(lesson, timeless);
    const network = readNetwork(JSON.parse(JSON.stringify(writeNetwork(last?.network ?? []))));
    lesson.heldRows.forEach((row, n) => {
      const outputs = runNetwork(network, inputs.subarray(row * width, (row + 1) * width));
      outputs.forEach((value, o) => {
        expect(Math.abs(value - (last?.held[2 * n + o] as number))).toBeLessThan(1e-5);
      });
    });
  });

  it('gives the same bytes for the same lesson, and others for another seed', async () => {
    const { teach } = await openModelRuntime([backend]);
    const short = { ...lesson, epochs: 3, checkpoints: [3] };
    expect(teach(short, timeless)).toEqual(teach(short, timeless));
    expect(teach({ ...short, seed: 6 }, timeless)).not.toEqual(teach(short, timeless));
  });

  it('gives up when the time is over', async () => {
    const { teach } = await openModelRuntime([backend]);
    let reads = 0;
    const taught = teach({ ...lesson, endMs: 12 }, () => reads++);
    expect(taught).toHaveLength(1);
  });

  it('says nothing on stderr', async () => {
    const warn = vi.spyOn(console, 'warn');
    const { teach } = await openModelRuntime([backend]);
    teach({ ...lesson, epochs: 1, checkpoints: [1] }, timeless);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('openModelRuntime', () => {
  it('may be asked for many times at once, and leaves the end of the process alone', async () => {
    const traps = process.listenerCount('uncaughtException');
    const opened = await Promise.all(Array.from({ length: 12 }, () => openModelRuntime(['wasm'])));
    expect(opened.every(({ teach }) => teach({ ...lesson, epochs: 1, checkpoints: [1] }, timeless).length === 1)).toBe(
      true,
    );
    expect(process.listenerCount('uncaughtException')).toBe(traps);
  });

  it('takes the first backend that loads: native TensorFlow where it is installed, else WebAssembly', async () => {
    const { backend } = await openModelRuntime();
    expect(['node', 'wasm']).toContain(backend);
  });

  it('says what to do when none loads', async () => {
    await expect(openModelRuntime([])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('npm ci'),
    });
  });
});
