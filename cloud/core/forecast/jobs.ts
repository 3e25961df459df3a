import type { NetworkTeacher } from './network/network.ts';

/** Work that a thread can do alone: plain data in (big columns over shared memory), plain data out. */
export interface JobKind<In, Out> {
  /** By which a thread finds the work to do in its table. */
  readonly name: string;
  /**
   * @param now milliseconds on the clock by which deadlines in the input are given.
   * @param openTeacher opens what teaches networks, where there is one.
   */
  run(input: In, now: () => number, openTeacher?: OpenTeacher): Out | Promise<Out>;
}

export type OpenTeacher = () => Promise<NetworkTeacher>;

/** Does jobs of one kind, some at a time; the answers stand in the order of the inputs. */
export type RunJobs = <In, Out>(kind: JobKind<In, Out>, inputs: readonly In[]) => Promise<Out[]>;

/** Who does the jobs of a training. */
export interface Workers {
  readonly run: RunJobs;
  /** Jobs that are done at a time. */
  readonly threads: number;
}

/** One job after the other, in this thread. */
export const runHere =
  (now: () => number, openTeacher?: OpenTeacher): RunJobs =>
  async (kind, inputs) => {
    const answers: Awaited<ReturnType<typeof kind.run>>[] = [];
    for (const input of inputs) answers.push(await kind.run(input, now, openTeacher));
    return answers;
  };

/** The same numbers in memory that threads share: handing them over copies nothing. */
export const shareBytes = (values: Uint8Array): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
};

export const shareFloats = (values: Float32Array): Float32Array => {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
};

export const shareNumbers = (values: ArrayLike<number>): Float64Array => {
  const shared = new Float64Array(new SharedArrayBuffer(8 * values.length));
  shared.set(values);
  return shared;
};
