import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';
import webPush from 'web-push';

/** By which push services and browsers know this service (RFC 8292); base64url. */
export const VapidKeys = Type.Object(
  { publicKey: Type.String({ minLength: 1 }), privateKey: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);
export type VapidKeys = Static<typeof VapidKeys>;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Whole or not at all, for the user of the service alone; who comes second leaves what is there. */
const keep = async (dir: string, file: string, keys: VapidKeys): Promise<void> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const fresh = join(dir, `${randomUUID()}.new`);
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(keys));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(fresh, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(fresh);
  }
};

/** The keys of this installation: made once, and with them every phone that listens would be lost. */
export const vapidKeysIn = async (dir: string): Promise<VapidKeys> => {
  const file = join(dir, 'vapid.json');
  const read = async () => parse(VapidKeys, JSON.parse(await readFile(file, 'utf8')), 'the keys of web push');
  try {
    return await read();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  await keep(dir, file, webPush.generateVAPIDKeys());
  return read();
};
