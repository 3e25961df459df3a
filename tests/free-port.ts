import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Below it no system hands out a port by itself. */
const firstOfOthers = ((): number => {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').split('\t')[0]);
  } catch {
    return 32_768;
  }
})();
const first = 10_240;
/** Suites that run beside each other draw from parts of their own. */
const parts = 16;
const perPart = Math.floor((firstOfOthers - first) / parts);
const part = Number(process.env['VITEST_POOL_ID'] ?? process.pid) % parts;
let next = Math.floor(Math.random() * perPart);

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A TCP port on loopback that nobody listens on at this moment. Nor does anybody come to it by chance: a connection or
 * a server that lets the system choose gets another one, so a server may go and come back to it.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < perPart; tries++) {
    const port = first + part * perPart + (next++ % perPart);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${first} to ${firstOfOthers}`);
};
