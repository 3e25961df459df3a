import { type Static, Type } from 'typebox';

/** The one source of product time: samples, holds, jobs and pages. Token expiry and network time-outs stay on wall time. */
export interface Clock {
  /** Epoch ms UTC. */
  now(): number;
  /** Product seconds per wall second; 1 outside demos and tests. */
  readonly rate: number;
}

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** Demo time: equal to wall time at `epochMs`, then running `rate` times as fast. The same two numbers make the same clock in each process. */
export const DemoClock = Type.Object(
  { epochMs: Type.Integer({ minimum: 0 }), rate: Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }) },
  { additionalProperties: false },
);
export type DemoClock = Static<typeof DemoClock>;

/** @param wallNow gives epoch ms of the machine; a demo clock that is not given leaves wall time as it is. */
export const clockOf = (wallNow: () => number, demo?: DemoClock): Clock =>
  demo
    ? { rate: demo.rate, now: () => Math.round(demo.epochMs + (wallNow() - demo.epochMs) * demo.rate) }
    : { rate: 1, now: wallNow };

/**
 * Seeded uniform random numbers, for reproducible simulation, training and search (not for secrets).
 * Source: sfc32 by Chris Doty-Humphrey, PractRand 0.95 (public domain), 128 bits of state.
 */
export const seededRandom = (seed: number): Random => {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = seed | 0;
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
};
