import { Type } from 'typebox';

/** Made by whoever sends a command: the same key again is the same command, and gets the answer that it got. */
export const idempotencyKey = Type.String({ minLength: 8, maxLength: 100 });
