// Before the package that needs it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { PemConverter, Pkcs10CertificateRequest, X509CertificateGenerator } from '@peculiar/x509';
import { expect, it } from 'vitest';
import { IdentityKeeper } from './identity.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const gatewayId = 'gwy_00000000000000000000000001';
const nowMs = Date.parse('2026-11-23T08:00:00Z');
const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof newKeys>>;

const certified = async (publicKey: Keys['publicKey'], by: Keys, days: readonly [number, number]): Promise<string> => {
  const [notBefore, notAfter] = [new Date(nowMs + days[0] * dayMs), new Date(nowMs + days[1] * dayMs)];
  const made = await X509CertificateGenerator.create({
    ...{ subject: `CN=${gatewayId}`, issuer: 'CN=authority', serialNumber: '01', notBefore, notAfter },
    ...{ publicKey, signingKey: by.privateKey, signingAlgorithm: algorithm },
  });
  return made.toString('pem');
};

it('says when the next certificate cannot be written, and keeps it when it comes again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-identity-'));
  const file = join(dir, 'identity.pem');
  const [authority, keys] = [await newKeys(), await newKeys()];
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  await writeFile(file, `${await certified(keys.publicKey, authority, [-80, 10])}\n${key}\n`);
  const said: string[] = [];
  const note = (_: object, text: string) => void said.push(text);
  const log = { info: note, warn: note, error: note } as unknown as Logger;
  const keeper = new IdentityKeeper({ file, gatewayId, wallNow: () => nowMs, log });
  await keeper.start();
  const asked = new Pkcs10CertificateRequest(keeper.request ?? '');
  const pem = await certified(await asked.publicKey.export(algorithm, ['verify']), authority, [0, 90]);
  const offer = new TextEncoder().encode(JSON.stringify({ v: 1, pem }));

  await rm(dir, { recursive: true });
  await keeper.offer(offer);
  expect(said.at(-1)).toBe('the new certificate could not be written');
  expect(keeper.request).toBeDefined();
  await mkdir(dir);
  await keeper.offer(new TextEncoder().encode('{}'));
  expect(said.at(-1)).toBe('a certificate came that is not the one asked for');
  await keeper.offer(offer);
  expect(said.at(-1)).toBe('the certificate was renewed');
  expect(keeper.request).toBeUndefined();
  expect(await readFile(file, 'utf8')).toContain(pem.trim());
  await keeper.stop();
  await rm(dir, { recursive: true });
});
