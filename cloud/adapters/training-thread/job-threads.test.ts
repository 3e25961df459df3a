import { seededRandom } from '@kuluma/shared/clock.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { leastCheckpoints } from '../../core/forecast/effort/learning-rates.ts';
import { type JobKind, runHere, shareBytes, shareNumbers } from '../../core/forecast/jobs.ts';
import { binColumn, learnBins } from '../../core/forecast/trees/binning.ts';
import { boostFold, type FoldInput } from '../../core/forecast/trees/boost-job.ts';
import { lifeOptions } from '../../core/forecast/trees/fit-options.ts';
import { type JobThreads, startJobThreads } from './job-threads.ts';
import { threadClock } from './thread-clock.ts';

let threads: JobThreads | undefined;
afterEach(() => threads?.close());

const rows = 300;
const random = seededRandom(8);
const x = Float32Array.from({ length: rows }, random);
const jobFor = (held: number): FoldInput => ({
  columns: [shareBytes(binColumn(learnBins(x).edges, x))],
  allowed: [0],
  target: shareNumbers(x.map((v) => v * v)),
  fold: Int32Array.from(x, (_, i) => i % 4),
  held,
  options: { ...lifeOptions, rounds: 20 },
  seed: held,
  thin: 1,
  keep: null,
  weight: null,
  offset: null,
  plannedMs: null,
  rates: [0.05, 0.05],
  endMs: Number.POSITIVE_INFINITY,
});

describe('startJobThreads', () => {
  it('answers in the order of the inputs what one thread would', async () => {
    threads = startJobThreads(2);
    const inputs = [0, 1, 2, 3].map(jobFor);
    expect(await threads.run(boostFold, inputs)).toEqual(await runHere(threadClock)(boostFold, inputs));
  });

  it('ends a job whose time is over by the clock of the threads, with the least that tells anything', async () => {
    threads = startJobThreads(1);
    const [answer] = await threads.run(boostFold, [{ ...jobFor(0), endMs: threadClock() }]);
    expect(answer).toMatchObject({ cut: true, checkpoints: { length: 1 + leastCheckpoints } });
  });

  it('fails what is asked of it once a thread is lost', async () => {
    threads = startJobThreads(2);
    const unknown: JobKind<number, number> = { name: 'unheard-of', run: (n) => n };
    await expect(threads.run(unknown, [1, 2, 3])).rejects.toThrow(/no kind of job unheard-of/);
    await expect(threads.run(boostFold, [jobFor(0)])).rejects.toThrow(/no kind of job/);
  });
});
