import type { JobKind } from './jobs.ts';
import { teachFold } from './network/network-job.ts';
import { compareFold } from './past-lives/similarity-job.ts';
import { boostFold } from './trees/boost-job.ts';

/** Every kind of job that a training may hand to a thread. To add one, add its file and a line here. */
const kinds = [boostFold, compareFold, teachFold] as const;

/** @throws Error when no such kind stands in the table. */
export const jobKindNamed = (name: string): JobKind<unknown, unknown> => {
  const found = kinds.find((kind) => kind.name === name);
  if (!found) throw new Error(`there is no kind of job ${name}`);
  // A thread gets the name and the input together, from one typed call of RunJobs.
  return found as JobKind<unknown, unknown>;
};
