import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TimeSeriesStore } from '../ports.ts';
import type { Seeded } from './seed.ts';

export interface SampleProof {
  /** Values that left the simulator. */
  readonly read: number;
  readonly stored: number;
  /** Served, but not in the store. */
  readonly lost: number;
  /** In the store more often than served. */
  readonly doubled: number;
}

type Tally = Map<number, number>;

const count = (tally: Tally, value: number, by: number): void => {
  // Scale and offset are applied on both sides in floating point: equal to a part in 10^9 is equal.
  const key = Number(value.toPrecision(9));
  tally.set(key, (tally.get(key) ?? 0) + by);
};

const servedTallies = async (file: string): Promise<{ tallies: Map<string, Tally>; read: number }> => {
  const tallies = new Map<string, Tally>();
  let read = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { machine, point, value } = JSON.parse(line) as { machine: string; point: string; value: number };
    const name = `${machine}/${point}`;
    const tally = tallies.get(name) ?? new Map<number, number>();
    tallies.set(name, tally);
    count(tally, value, 1);
    read++;
  }
  return { tallies, read };
};

/** Compares what the simulator served since `fromMs` with what the store holds, point by point and value by value. */
export const proveSamples = async (
  served: string,
  timeSeries: TimeSeriesStore,
  seeded: Seeded,
  range: { fromMs: number; toMs: number },
): Promise<SampleProof> => {
  const { tallies, read } = await servedTallies(served);
  const { organisationId } = seeded;
  let stored = 0;
  let lost = 0;
  let doubled = 0;
  for (const machine of seeded.machines) {
    for (const [name, pointId] of machine.points) {
      const samples = await timeSeries.read({ organisationId, pointId, ...range }, { anyQuality: true });
      const rest = tallies.get(`${machine.key}/${name}`) ?? new Map<number, number>();
      for (const { value } of samples) count(rest, value, -1);
      stored += samples.length;
      for (const left of rest.values()) {
        if (left > 0) lost += left;
        else doubled -= left;
      }
    }
  }
  return { read, stored, lost, doubled };
};
