import type { Random } from '@kuluma/shared/clock.ts';

const fromUniform = (u: number, v: number): number => Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);

/** A standard normal number (Box and Muller 1958). */
export const gaussian = (random: Random): number => fromUniform(random(), random());

/** 32 mixed bits. Source: the finaliser of MurmurHash3 by Austin Appleby (public domain). */
const mix = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A standard normal number that depends on its arguments only: the same place and time always has the same noise. */
export const noiseAt = (seed: number, channel: number, time: number): number => {
  const low = time % 4294967296;
  const h = mix(mix(mix(seed ^ Math.imul(channel + 1, 0x9e3779b9)) ^ low) ^ Math.floor(time / 4294967296));
  return fromUniform(h / 4294967296, mix(h ^ 0x5bd1e995) / 4294967296);
};
