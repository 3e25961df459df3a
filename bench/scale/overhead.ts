import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { CampaignDesk } from '../../tests/e2e/kill-campaign-desk.ts';
import { RoleProcess, startSharedServers } from '../../tests/e2e/role-processes.ts';
import { addPlant } from '../../tests/e2e/start-ingest.ts';
import type { Bench } from '../bench.ts';
import { cpuMsOf, machineCpuMs } from '../process-usage.ts';
import { askSteadily } from './asked.ts';
import { Publishers, pointsOfEach } from './publishers.ts';

const gateways = 20;
const samplesPerS = 5_000;
const requestsPerS = 100;
const machines = 20;
const settleMs = 3_000;
/** A process compiles what it runs for so long: each does, once in its life, and that is not what dividing costs. */
const warmUpMs = { small: 15_000, full: 60_000 } as const;

interface Measured {
  /** Of all processes with roles, over the same work in the same time. */
  readonly cpuS: number;
  /** Of these and of the servers behind them: all that the machine did but this process. */
  readonly withServersCpuS: number;
  readonly sent: number;
  readonly stored: number;
  readonly failures: number;
}

/** So many processes of each role take the same letters and answer the same requests. */
const measure = async (each: number, seconds: number, warmMs: number): Promise<Measured> => {
  const servers = await startSharedServers();
  const processes: RoleProcess[] = [];
  try {
    const start = async (role: 'ingest' | 'api', n: number): Promise<RoleProcess> => {
      const one = await RoleProcess.start(servers, role, `${role}-${n}`);
      processes.push(one);
      return one;
    };
    const apis: RoleProcess[] = [];
    for (let n = 0; n < each; n++) {
      await start('ingest', n);
      apis.push(await start('api', n));
    }
    const desk = new CampaignDesk(servers, () => apis[0]?.url ?? '');
    await desk.start(machines, 4);
    const clients = [];
    for (let n = 0; n < gateways; n++) {
      const plant = await addPlant(servers.records, pointsOfEach(samplesPerS, gateways));
      clients.push({ plant, client: await connectAsync(servers.mosquitto.url, { clientId: plant.gatewayId }) });
    }
    const publishers = new Publishers();
    publishers.start(clients);
    const urls = desk.readPaths().flatMap((path) => apis.map(({ url }) => url + path));
    await askSteadily(urls, desk.cookie, { perS: requestsPerS, seconds: 0, warmUpMs: warmMs });
    const ours = () => processes.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
    const all = () => machineCpuMs() - cpuMsOf(process.pid);
    const [oursBefore, allBefore] = [ours(), all()];
    const { failures } = await askSteadily(urls, desk.cookie, { perS: requestsPerS, seconds, warmUpMs: 0 });
    const [cpuS, withServersCpuS] = [(ours() - oursBefore) / 1000, (all() - allBefore) / 1000];
    await publishers.stop();
    await sleep(settleMs);
    let stored = 0;
    for (const { plant, client } of clients) {
      await client.endAsync();
      for (const pointId of plant.pointIds)
        stored += await servers.series.count({
          ...{ organisationId: plant.organisationId, pointId, fromMs: 0 },
          toMs: Date.now() + 1e6,
        });
    }
    return { cpuS, withServersCpuS, sent: publishers.acknowledged, stored, failures };
  } finally {
    for (const one of processes) await one.end('SIGKILL');
    await servers.stop();
  }
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * What it costs to divide the work: CPU of two ingest and two api beside one of each, rounds of both in turn. What the
 * servers take beside them is told too; that needs a machine with nothing else to do.
 */
export const overhead: Bench = async ({ full }) => {
  const [one, two]: [Measured[], Measured[]] = [[], []];
  const [seconds, warmMs] = full ? [60, warmUpMs.full] : [20, warmUpMs.small];
  for (let round = 0; round < (full ? 3 : 1); round++) {
    one.push(await measure(1, seconds, warmMs));
    two.push(await measure(2, seconds, warmMs));
  }
  const [single, double] = [median(one.map(({ cpuS }) => cpuS)), median(two.map(({ cpuS }) => cpuS))];
  // Of what was measured within minutes: from one round to the next the same work takes a fifth more or less on a machine
  // whose processor is shared with others.
  const ratiosOf = (cpuOf: (measured: Measured) => number): number[] =>
    one.map((alone, round) => cpuOf(two[round] as Measured) / cpuOf(alone) - 1);
  const ratios = ratiosOf(({ cpuS }) => cpuS);
  const [ratio, withServersRatio] = [median(ratios), median(ratiosOf((measured) => measured.withServersCpuS))];
  const ofRounds = ratios.map((of) => `${(100 * of).toFixed(1)} %`).join(', ');
  const missing = [...one, ...two].reduce((sum, { sent, stored }) => sum + Math.abs(sent - stored), 0);
  const failures = [...one, ...two].reduce((sum, measured) => sum + measured.failures, 0);
  return [
    {
      what: `two api and two ingest beside one of each, ${samplesPerS.toLocaleString('en')} samples/s and ${requestsPerS} requests/s`,
      toReach: 'no more than 10 % overhead; correct under either',
      measured: `${(100 * ratio).toFixed(1)} % more CPU (median of ${ofRounds}; ${double.toFixed(1)} to ${single.toFixed(1)} s), ${(100 * withServersRatio).toFixed(1)} % with the servers; ${missing} samples missing, ${failures} requests failed`,
      met: ratio <= 0.1 && missing === 0 && failures === 0,
      figures: { ratio, withServersRatio, oneCpuS: single, twoCpuS: double, missing, failures },
    },
  ];
};
