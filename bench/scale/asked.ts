import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly answers: number;
  /** Other than 200, or none. */
  readonly failures: number;
  /** From when each was due to its last byte. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** Of what was asked while the service warmed up. */
  readonly warmUpMostMs: number;
}

const mostSockets = 64;

/**
 * Asks for one of `urls` after the other at a steady rate, whether or not the last ones were answered: a service that
 * falls behind shows it in every answer. What is asked within `warmUpMs` counts apart.
 */
export const askSteadily = async (
  urls: readonly string[],
  cookie: string,
  { perS, seconds, warmUpMs }: { perS: number; seconds: number; warmUpMs: number },
): Promise<Asked> => {
  const agent = new Agent({ keepAlive: true, maxSockets: mostSockets });
  const times: number[] = [];
  let failures = 0;
  let warmUpMostMs = 0;
  const ask = (url: string): Promise<boolean> =>
    new Promise((resolve) => {
      get(url, { agent, headers: { cookie } }, (reply) => {
        reply.on('end', () => resolve(reply.statusCode === 200)).on('error', () => resolve(false));
        reply.resume();
      }).on('error', () => resolve(false));
    });
  const beganMs = performance.now();
  const asking: Promise<void>[] = [];
  const count = Math.round(perS * (seconds + warmUpMs / 1000));
  for (let n = 0; n < count; n++) {
    const dueMs = beganMs + (n * 1000) / perS;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const one = ask(urls[n % urls.length] as string).then((isAnswered) => {
      const tookMs = performance.now() - dueMs;
      if (!isAnswered) failures++;
      else if (dueMs < beganMs + warmUpMs) warmUpMostMs = Math.max(warmUpMostMs, tookMs);
      else times.push(tookMs);
    });
    asking.push(one);
  }
  await Promise.all(asking);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { answers: times.length, failures, p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1), warmUpMostMs };
};
