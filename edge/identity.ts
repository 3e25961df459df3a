import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { CertificateOffer } from '@kuluma/shared/wire/certificate-offer.ts';
import type { AskedIdentity } from './certificate-request.ts';

/** A certificate and the key that never leaves the gateway; one PEM text holds both, so that they change together. */
export interface Identity {
  readonly pem: string;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** For a new key. The package behind it is loaded only when it is needed. */
export const askIdentity = async (gatewayId: string): Promise<AskedIdentity> => {
  const { makeRequest } = await import('./certificate-request.ts');
  return makeRequest(gatewayId);
};

/** @throws CONFIG_INVALID where it is no certificate with its key */
export const identityOf = (pem: string, place: string): Identity => {
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.checkPrivateKey(createPrivateKey(pem)))
      return { pem, validFromMs: certificate.validFromDate.getTime(), validToMs: certificate.validToDate.getTime() };
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${place} holds no certificate with its key`, { cause });
  }
  throw new AppError('CONFIG_INVALID', `the key in ${place} is that of another certificate`);
};

interface KeeperDeps {
  readonly file: string;
  readonly gatewayId: string;
  /** Wall time, epoch ms. */
  readonly wallNow: () => number;
  readonly log: Logger;
}

/** A day off costs nothing; a line that is away for months does. */
const checkEveryMs = 3_600_000;

/**
 * Keeps the certificate by which the gateway signs in: when a third of its life is left it makes another key and asks the
 * cloud for its certificate, in the state of the gateway, until that came. It is used from the next connection on.
 */
export class IdentityKeeper implements Part {
  readonly name = 'identity';
  readonly #deps: KeeperDeps;
  #identity: Identity;
  #asked: AskedIdentity | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @throws CONFIG_INVALID */
  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#identity = identityOf(readFileSync(deps.file, 'utf8'), deps.file);
  }

  /** PEM of certificate and key. */
  get pem(): string {
    return this.#identity.pem;
  }

  /** What stands in the state of the gateway while it waits for a certificate. */
  get request(): string | undefined {
    return this.#asked?.request;
  }

  async start(): Promise<void> {
    await this.#askInTime();
    this.#timer = setInterval(() => void this.#askInTime(), checkEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
  }

  async #askInTime(): Promise<void> {
    const { gatewayId, wallNow, log } = this.#deps;
    const { validFromMs, validToMs } = this.#identity;
    if (this.#asked || validToMs - wallNow() > (validToMs - validFromMs) / 3) return;
    this.#asked = await askIdentity(gatewayId);
    log.info({ validTo: new Date(validToMs).toISOString() }, 'asking for the next certificate');
  }

  /** Takes a certificate that came over the link, where it is the one that was asked for. */
  async offer(payload: Uint8Array): Promise<void> {
    const { file, log } = this.#deps;
    const asked = this.#asked;
    if (!asked) return;
    let next: Identity;
    try {
      next = this.#offered(payload, asked);
    } catch (error) {
      return log.warn({ why: asAppError(error).message }, 'a certificate came that is not the one asked for');
    }
    try {
      await replaceFile(file, next.pem, 0o600);
    } catch (err) {
      // It is asked for on, and the one before is good for a third of its life.
      return log.error({ err, file }, 'the new certificate could not be written');
    }
    this.#identity = next;
    this.#asked = undefined;
    log.info({ validTo: new Date(next.validToMs).toISOString() }, 'the certificate was renewed');
  }

  /** @throws INPUT_INVALID, CONFIG_INVALID for anything but the certificate of the key that was asked with */
  #offered(payload: Uint8Array, asked: AskedIdentity): Identity {
    const { gatewayId, wallNow } = this.#deps;
    const offer: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (!isValid(CertificateOffer, offer)) throw new AppError('INPUT_INVALID', 'the offer is none');
    const next = identityOf(`${offer.pem.trim()}\n${asked.key.trim()}\n`, 'the offer');
    if (new X509Certificate(next.pem).subject !== `CN=${gatewayId}` || next.validToMs <= wallNow())
      throw new AppError('INPUT_INVALID', 'the certificate is not for this gateway and time');
    return next;
  }
}
