import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Certified } from './adapters/local-certificates/local-certificates.ts';
import type { CloudConfig } from './config.ts';

/** What the servers show, read or made at their start and once for both. */
export const certificateOf = ({ tls, dataDir, http, mqtt }: CloudConfig): (() => Promise<Certified | undefined>) => {
  const read = async (): Promise<Certified | undefined> => {
    if (tls.kind === 'off') return undefined;
    if (tls.kind === 'local') {
      const hosts = [http.host, mqtt.host].filter((host) => host !== '0.0.0.0' && host !== '::');
      const names = [...new Set([...tls.names, hostname(), 'localhost', '127.0.0.1', ...hosts])];
      const { localCertificate } = await import('./adapters/local-certificates/local-certificates.ts');
      return localCertificate(join(dataDir, 'tls'), names, Date.now());
    }
    const { certFile = '', keyFile = '' } = tls;
    try {
      return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    } catch (cause) {
      throw new AppError('CONFIG_INVALID', 'the certificate of tls.certFile and tls.keyFile cannot be read', { cause });
    }
  };
  let reading: Promise<Certified | undefined> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
};
