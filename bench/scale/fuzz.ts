import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench, Row } from '../bench.ts';
import type { FuzzOutcome } from './fuzz-process.ts';

const program = join(import.meta.dirname, 'fuzz-process.ts');
/** Of the heap when a tenth was sent, by which it may have grown at the end. */
const mostGrowth = 0.1;
const shares = { http: 0.4, mqtt: 0.6 } as const;
const names = { http: 'requests by the OpenAPI', mqtt: 'MQTT packets by the schemas' } as const;

const measure = async (door: 'http' | 'mqtt', messages: number): Promise<Row> => {
  const child = fork(program, [door, String(messages)], { execArgv: ['--expose-gc'] });
  const ended = once(child, 'exit');
  const told = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  await ended;
  const outcome = told?.[0] as FuzzOutcome | undefined;
  for (const fault of outcome?.faults.slice(0, 5) ?? []) console.error(fault);
  const { heapMb = [], residentMb = [] } = outcome ?? {};
  const [before = Number.NaN, after = Number.NaN] = [heapMb[0], heapMb.at(-1)];
  const [residentBefore = Number.NaN, residentAfter = Number.NaN] = [residentMb[0], residentMb.at(-1)];
  const [crashes, faults] = [outcome ? 0 : 1, outcome?.faults.length ?? 0];
  return {
    what: `${messages.toLocaleString('en')} malformed ${names[door]}`,
    toReach: '0 crashes, 0 answers 500, memory flat',
    measured:
      `${crashes} crashes, ${faults} ${door === 'http' ? 'answers 500' : 'faults'}; heap after collections ` +
      `${before.toFixed(0)} to ${after.toFixed(0)} MB, resident ${residentBefore.toFixed(0)} to ${residentAfter.toFixed(0)} MB`,
    met: crashes === 0 && faults === 0 && after <= before * (1 + mostGrowth),
    figures: {
      ...{ messages, crashes, faults, heapBeforeMb: before, heapAfterMb: after },
      ...{ residentBeforeMb: residentBefore, residentAfterMb: residentAfter },
      heapMbByTenth: heapMb.map((mb) => mb.toFixed(1)).join(' '),
    },
  };
};

/** Malformed messages at both doors; memory is compared when a tenth was sent and at the end. */
export const fuzz: Bench = async ({ full }) => {
  const messages = full ? 100_000 : 10_000;
  return [await measure('http', messages * shares.http), await measure('mqtt', messages * shares.mqtt)];
};
