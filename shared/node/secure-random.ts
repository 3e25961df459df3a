import { randomBytes } from 'node:crypto';
import type { Random } from '../clock.ts';

/** Uniform numbers in [0, 1) from the system's cryptographic source: for ids and tokens. */
export const secureRandom: Random = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
