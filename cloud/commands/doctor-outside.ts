import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { asAppError } from '@kuluma/shared/errors.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { oidcIdentity } from '../adapters/sign-in-oidc/oidc-identity.ts';
import type { CloudConfig } from '../config.ts';
import { pushOf } from '../messenger.ts';
import { bad, type Finding, failed, good } from './finding.ts';

export const answerWithinMs = 5_000;
/** A certificate is replaced by people, who need warning. */
const leastCertificateDays = 21;
/** With its authority every gateway has to be given another one. */
const leastAuthorityDays = 180;
/** Between two clocks: holds, leases and codes end by one of them, people and gateways go by another. */
const mostClockMs = 2_000;

/** @param apartMs how far this machine's clock is ahead of the other one */
export const clockFinding = (other: string, apartMs: number): Finding =>
  Math.abs(apartMs) <= mostClockMs
    ? good('clocks', `${Math.round(Math.abs(apartMs))} ms between this machine and ${other}`)
    : bad(
        'clocks',
        `this machine is ${(Math.abs(apartMs) / 1000).toFixed(1)} s ${apartMs > 0 ? 'ahead of' : 'behind'} ${other}`,
        'set both by NTP (timedatectl): codes, certificates and holds end by them, and samples from the future are refused',
      );

/**
 * How far this machine's clock is ahead of that of an HTTP server (RFC 9110, section 6.6.1); undefined where it tells none.
 * Its header is cut to the second, and was written at some time between question and answer.
 */
export const clockAheadOf = (answer: Response, askedMs: number, answeredMs: number): number | undefined => {
  const theirsMs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(theirsMs)) return undefined;
  // 0 where some moment of the answer's way lies within that second.
  if (answeredMs < theirsMs) return answeredMs - theirsMs;
  return Math.max(0, askedMs - (theirsMs + 999));
};

const daysLeft = (validTo: string): number => Math.floor((Date.parse(validTo) - Date.now()) / dayMs);

/** The earliest end of the certificates of a file: that of one between counts as much. */
const endOf = (pem: string): number =>
  Math.min(
    daysLeft(new X509Certificate(pem).validTo),
    ...[...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(([one]) =>
      daysLeft(new X509Certificate(one).validTo),
    ),
  );

const checkLocalAuthority = async (file: string): Promise<Finding> => {
  const pem = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (pem === undefined) return good('tls', 'the authority is made at the first start');
  const days = endOf(pem);
  return days >= leastAuthorityDays
    ? good('tls', `the authority in ${file} lasts ${days} days; its certificates renew themselves`)
    : bad(
        'tls',
        `the authority in ${file} lasts ${days} days`,
        'plan for another one, which all gateways have to trust',
      );
};

const checkFiles = async ({ tls, messages }: CloudConfig): Promise<Finding> => {
  const { certFile = '', keyFile = '' } = tls;
  const pem = await readFile(certFile, 'utf8');
  const days = endOf(pem);
  const shown = new X509Certificate(pem);
  if (!shown.checkPrivateKey(createPrivateKey(await readFile(keyFile, 'utf8'))))
    return bad('tls', `${keyFile} is not the key of ${certFile}`, 'see tls.certFile and tls.keyFile');
  const host = messages.publicUrl && new URL(messages.publicUrl).hostname;
  if (host && (isIP(host) ? shown.checkIP(host) : shown.checkHost(host)) === undefined)
    return bad('tls', `${certFile} is not for ${host}`, 'see messages.publicUrl, or get one for that name');
  return days >= leastCertificateDays
    ? good('tls', `${certFile} lasts ${days} days`)
    : bad('tls', `${certFile} lasts ${days} days`, 'replace it; it is read again without a restart');
};

/** The certificate that is shown here; a local one is made, and made anew, by the service itself. */
export const checkTls = async (config: CloudConfig): Promise<Finding> => {
  try {
    return await (config.tls.kind === 'local'
      ? checkLocalAuthority(join(config.dataDir, 'tls', 'ca.pem'))
      : checkFiles(config));
  } catch (error) {
    return failed('tls', error, 'tls.certFile and tls.keyFile are to be PEM that this user can read');
  }
};

/** Until when the certificate lasts that a server shows, trusted or not; undefined where nobody answers. */
const shownUntil = (hostname: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    // An address is no name to ask for (RFC 6066, section 3).
    const named = isIP(host) ? {} : { servername: host };
    const socket = connect({ host, port, ...named, rejectUnauthorized: false, timeout: answerWithinMs });
    const end = (validTo: string | undefined) => {
      socket.destroy();
      resolve(validTo);
    };
    socket.once('secureConnect', () => end(socket.getPeerCertificate().valid_to));
    socket.once('error', () => end(undefined));
    socket.once('timeout', () => end(undefined));
  });

/** @param what `proxy` or `broker`: whoever has it shows a certificate that nobody here renews */
export const checkShown = async (what: string, url: string, standardPort: number): Promise<Finding[]> => {
  const { hostname, port } = new URL(url);
  const validTo = await shownUntil(hostname, Number(port || standardPort));
  const name = `${what} tls`;
  // Not all who publish pages reach them from inside; whether it answers is said elsewhere where that matters.
  if (!validTo) return [good(name, `${hostname} cannot be reached by TLS from here, so nobody looked`)];
  const days = daysLeft(validTo);
  return [
    days >= leastCertificateDays
      ? good(name, `the certificate of ${hostname} lasts ${days} days`)
      : bad(name, `the certificate of ${hostname} lasts ${days} days`, 'renew it there'),
  ];
};

/** The keys by which browsers know us; they are made here where there are none, as by the service. */
export const checkPush = async (config: CloudConfig): Promise<Finding> => {
  try {
    const push = pushOf(config);
    if (!push) return good('push', 'off: it needs messages.publicUrl by HTTPS, or messages.from');
    await push.publicKey();
    return good('push', `keys are there; notes go to ${config.messages.pushServices.join(', ')} alone`);
  } catch (error) {
    return failed('push', error, 'restore the folder push, or remove it: phones then have to ask for notes anew');
  }
};

/** Whether each identity provider can be found and is who its address says, as at a sign-in. */
export const checkProviders = async ({ signIn, messages }: CloudConfig): Promise<Finding[]> =>
  Promise.all(
    signIn.providers.map(async (provider) => {
      const what = `sign-in ${provider.id}`;
      try {
        const returnUrl = `${messages.publicUrl}${peoplePaths.returnFromProvider(provider.id)}`;
        await oidcIdentity(provider).begin(returnUrl);
        return good(what, `${provider.issuer} answers; it has to know ${returnUrl}`);
      } catch (error) {
        const { cause } = asAppError(error);
        const why = cause instanceof Error ? `: ${cause.message}` : '';
        return bad(what, `${provider.issuer} cannot be used${why}`, `see signIn.providers of ${provider.id}`);
      }
    }),
  );

/** Against the clock of a server that is asked over HTTP anyway. @returns none where it does not answer or tells no time */
export const checkClockOf = async (other: string, url: string): Promise<Finding[]> => {
  const askedMs = Date.now();
  const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerWithinMs) }).catch(
    () => undefined,
  );
  const aheadMs = answer && clockAheadOf(answer, askedMs, Date.now());
  return aheadMs === undefined ? [] : [clockFinding(other, aheadMs)];
};
