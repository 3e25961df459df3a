import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { Certificates, GatewayAuthority, ServedCertificate } from './access-ports.ts';
import type { Certified } from './adapters/local-certificates/local-certificates.ts';
import type { CloudConfig } from './config.ts';

type TlsConfig = Pick<CloudConfig, 'tls' | 'dataDir' | 'http' | 'mqtt'>;

/** How soon a certificate that was replaced on the disk is shown, where nobody sends SIGHUP. */
const rereadEveryMs = minuteMs;

const folderOf = ({ dataDir }: TlsConfig): string => join(dataDir, 'tls');

// The packages that it stands on take a while to load.
const authorityOf = async (config: TlsConfig): Promise<Certified> => {
  const { localAuthority } = await import('./adapters/local-certificates/local-certificates.ts');
  return localAuthority(folderOf(config), Date.now());
};

const readFiles = async ({ certFile = '', keyFile = '' }: TlsConfig['tls']): Promise<Certified> => {
  try {
    const read = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    // Of two files that are replaced one after the other the first does not fit.
    if (new X509Certificate(read.cert).checkPrivateKey(createPrivateKey(read.key))) return read;
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'the certificate of tls.certFile and tls.keyFile cannot be read', { cause });
  }
  throw new AppError('CONFIG_INVALID', 'the key of tls.keyFile is not that of tls.certFile');
};

const read = async (config: TlsConfig): Promise<ServedCertificate | undefined> => {
  const { tls, http, mqtt } = config;
  if (tls.kind === 'off') return undefined;
  const gatewayAuthority = (await authorityOf(config)).cert;
  if (tls.kind === 'files') return { ...(await readFiles(tls)), gatewayAuthority };
  const hosts = [http.host, mqtt.host].filter((host) => host !== '0.0.0.0' && host !== '::');
  const names = [...new Set([...tls.names, hostname(), 'localhost', '127.0.0.1', ...hosts])];
  const { localCertificate } = await import('./adapters/local-certificates/local-certificates.ts');
  return { ...(await localCertificate(folderOf(config), names, Date.now())), gatewayAuthority };
};

/**
 * What the servers show, made or read once for both, and again each minute and at SIGHUP: a certificate that was replaced
 * is shown to whoever connects from then on. One that cannot be read while the service runs leaves the one before.
 */
export const servedCertificates = (config: TlsConfig, log: Logger): Certificates & Part => {
  const listeners: ((certificate: ServedCertificate) => void)[] = [];
  let reading: Promise<ServedCertificate | undefined> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const current = () => {
    reading ??= read(config);
    return reading;
  };
  const reread = async (): Promise<void> => {
    const [before, next] = [await current(), await read(config)];
    if (!next || (next.cert === before?.cert && next.key === before.key)) return;
    reading = Promise.resolve(next);
    for (const tell of listeners) tell(next);
    log.info('the certificate was replaced');
  };
  const onTime = (): void => {
    reread().catch((error: unknown) => {
      const { message, cause } = asAppError(error);
      log.warn({ why: message, err: cause }, 'the certificate on the disk is not shown');
    });
  };
  return {
    name: 'certificates',
    current,
    onChange: (listener) => void listeners.push(listener),
    async start() {
      if (config.tls.kind === 'off') return;
      timer = setInterval(onTime, rereadEveryMs);
      process.on('SIGHUP', onTime);
    },
    async stop() {
      clearInterval(timer);
      process.off('SIGHUP', onTime);
    },
  };
};

/** Certifies gateways where our own broker asks for certificates; undefined where none of ours would be looked at. */
export const gatewayAuthorityOf = (config: TlsConfig): GatewayAuthority | undefined => {
  if (config.tls.kind === 'off' || config.mqtt.kind !== 'embedded') return undefined;
  return {
    trusted: async () => (config.tls.kind === 'local' ? (await authorityOf(config)).cert : undefined),
    certify: async (request, gatewayId) => {
      const { certifyGateway } = await import('./adapters/local-certificates/certify-gateway.ts');
      return certifyGateway(await authorityOf(config), request, gatewayId, Date.now());
    },
  };
};
