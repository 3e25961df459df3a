// Before the package that needs it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A key that waits for its certificate. */
export interface AskedIdentity {
  readonly key: string;
  /** PEM (PKCS #10). */
  readonly request: string;
}

/** A new key with the request for its certificate (PKCS #10, RFC 2986), signed by it. */
export const makeRequest = async (gatewayId: string): Promise<AskedIdentity> => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await Pkcs10CertificateRequestGenerator.create({
    ...{ name: [{ CN: [gatewayId] }], keys, signingAlgorithm: algorithm },
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: PemConverter.encode(key, 'PRIVATE KEY'), request: made.toString('pem') };
};
