import { randomBytes } from 'node:crypto';
import { sha256 } from '@kuluma/shared/node/sha256.ts';

/** A secret for a link or a cookie: 32 random bytes. It is shown once; the store keeps its hash. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hex. Enough without salt or stretching: the secret has 256 random bits. */
export const hashOf = (secret: string): string => sha256(secret);

/** A token of a gateway with the hash that is kept of it. */
export const newToken = (): { token: string; tokenHash: string } => {
  const token = newSecret();
  return { token, tokenHash: hashOf(token) };
};
