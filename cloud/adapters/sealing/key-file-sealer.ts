import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Sealer } from '../../access-ports.ts';

const [ivBytes, tagBytes] = [12, 16];

/** Of two processes that make it at once both read the one that was there first. */
const keyIn = async (file: string): Promise<Buffer> => {
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return Buffer.from(await readFile(file, 'latin1'), 'base64');
};

/** Seals by AES-256-GCM with a key in a file of the service's user alone, which is made when it is first needed. */
export const keyFileSealer = (file: string): Sealer => {
  let reading: Promise<Buffer> | undefined;
  const key = () => {
    reading ??= keyIn(file);
    return reading;
  };
  return {
    async seal(text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', await key(), iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', await key(), bytes.subarray(0, ivBytes));
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new AppError('CONFLICT', 'the key that sealed this is not here any more', {
          ...{ cause, hint: 'use a recovery code, or "kuluma admin reset-second-factor"' },
        });
      }
    },
  };
};
