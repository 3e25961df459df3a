// Before the package that needs it.
import 'reflect-metadata';
import { X509Certificate as Read, randomBytes } from 'node:crypto';
import { AppError } from '@kuluma/shared/errors.ts';
import type { GatewayCertificate } from '@kuluma/shared/model/machines.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { algorithm, backMs, type Certified, signingKeyOf } from './local-certificates.ts';

/** A gateway asks for the next when a third of it is left, so that four months without a line lock none out. */
const lifeMs = 365 * dayMs;

/** The key of a request whose sender has it. @throws INPUT_INVALID */
const keyOf = async (request: string): Promise<Pkcs10CertificateRequest['publicKey']> => {
  try {
    const asked = new Pkcs10CertificateRequest(request);
    const { name, namedCurve } = asked.publicKey.algorithm as { name: string; namedCurve?: string };
    if (name === algorithm.name && namedCurve === algorithm.namedCurve && (await asked.verify()))
      return asked.publicKey;
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'this is no request for a certificate', { cause });
  }
  throw new AppError('INPUT_INVALID', 'this is no request of whoever has its key', { hint: 'EC, P-256, signed by it' });
};

/**
 * A certificate for the key of a request, in the name of the gateway and for nothing but to show who it is. Of the
 * request only the key counts, whatever else it asks for.
 * @param request PEM, PKCS #10 (RFC 2986).
 * @throws INPUT_INVALID
 */
export const certifyGateway = async (
  authority: Certified,
  request: string,
  gatewayId: string,
  nowMs: number,
): Promise<GatewayCertificate> => {
  const publicKey = await keyOf(request);
  const issuer = new X509Certificate(authority.cert);
  const expiresAtMs = Math.min(nowMs + lifeMs, issuer.notAfter.getTime());
  // Positive, as RFC 5280 section 4.1.2.2 wants it.
  const serial = `01${randomBytes(15).toString('hex')}`;
  const made = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [gatewayId] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backMs),
    notAfter: new Date(expiresAtMs),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: await signingKeyOf(authority),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  const pem = made.toString('pem');
  return {
    ...{ pem, serial, expiresAtMs, requestHash: sha256(request) },
    fingerprint: new Read(pem).fingerprint256.replaceAll(':', '').toLowerCase(),
  };
};
