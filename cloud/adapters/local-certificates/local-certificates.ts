// Before the package that needs it.
import 'reflect-metadata';
import { createPrivateKey, X509Certificate as Read, webcrypto } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { dayMs } from '@kuluma/shared/model/units.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its key, both PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

export const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const authorityLifeMs = 3650 * dayMs;
/** Apple's programs take none that lasts longer. */
const lifeMs = 825 * dayMs;
const renewBeforeMs = 90 * dayMs;
/** Clocks of gateways may be a little behind. */
export const backMs = dayMs;

const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const newAuthority = async (nowMs: number): Promise<Certified> => {
  const keys = await newKeys();
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Kuluma local authority'] }],
    notBefore: new Date(nowMs - backMs),
    notAfter: new Date(nowMs + authorityLifeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: made.toString('pem'), key: await keyPem(keys.privateKey) };
};

/** The key by which an authority signs. */
export const signingKeyOf = ({ key }: Certified): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), algorithm, false, ['sign']);

const newServer = async (authority: Certified, names: readonly string[], nowMs: number): Promise<Certified> => {
  const keys = await newKeys();
  const issuer = new X509Certificate(authority.cert);
  const signingKey = await signingKeyOf(authority);
  const made = await X509CertificateGenerator.create({
    subject: [{ CN: [names[0] ?? 'kuluma'] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backMs),
    notAfter: new Date(Math.min(nowMs + lifeMs, issuer.notAfter.getTime())),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  return { cert: `${made.toString('pem')}\n${authority.cert}`, key: await keyPem(keys.privateKey) };
};

/** Undefined where there is none yet. */
const kept = async (dir: string, name: string): Promise<Certified | undefined> => {
  try {
    const [cert, key] = await Promise.all(
      ['pem', 'key'].map((ending) => readFile(join(dir, `${name}.${ending}`), 'utf8')),
    );
    return cert && key ? { cert, key } : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Whole or not at all, for the user of the service alone where it is a key. */
const write = async (file: string, text: string, mode: number): Promise<void> => {
  const handle = await open(`${file}.new`, 'w', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
};

const keep = async (dir: string, name: string, { cert, key }: Certified): Promise<void> => {
  await write(join(dir, `${name}.key`), key, 0o600);
  await write(join(dir, `${name}.pem`), cert, 0o644);
};

/** Whether a certificate still stands for all these names, for long enough, by this authority. */
const stillServes = (server: Certified, authority: Certified, names: readonly string[], nowMs: number): boolean => {
  const cert = new Read(server.cert);
  const isFor = (name: string) => (isIP(name) ? cert.checkIP(name) : cert.checkHost(name)) !== undefined;
  return (
    names.every(isFor) &&
    cert.validToDate.getTime() - nowMs > renewBeforeMs &&
    cert.checkPrivateKey(createPrivateKey(server.key)) &&
    cert.checkIssued(new Read(authority.cert))
  );
};

/** The authority of this service, made at the first start: `ca.pem` in the folder is what others are to trust. */
export const localAuthority = async (dir: string, nowMs: number): Promise<Certified> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const before = await kept(dir, 'ca');
  if (before) return before;
  const authority = await newAuthority(nowMs);
  await keep(dir, 'ca', authority);
  return authority;
};

/**
 * The certificate of the service by an authority of its own. It is issued anew when it ends soon or has to stand for
 * other names.
 * @param names DNS names and addresses under which the service is reached.
 */
export const localCertificate = async (dir: string, names: readonly string[], nowMs: number): Promise<Certified> => {
  const authority = await localAuthority(dir, nowMs);
  const before = await kept(dir, 'server');
  if (before && stillServes(before, authority, names, nowMs)) return before;
  const server = await newServer(authority, names, nowMs);
  await keep(dir, 'server', server);
  return server;
};
