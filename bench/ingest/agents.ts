import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { topicOf, topicRoot } from '@kuluma/shared/model/topics.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { letterOf } from '../../tests/e2e/letters.ts';
import { type TestPlant, token } from '../../tests/e2e/start-ingest.ts';
import { startMosquitto } from '../../tests/start-mosquitto.ts';
import type { Bench } from '../bench.ts';
import { cpuMsOf, residentMbOf } from '../process-usage.ts';
import { type IngestService, startIngestService } from './ingest-service.ts';
import { type Agents, connectAgents, queueOf } from './mqtt-agents.ts';
import type { Received } from './mqtt-consumer-process.ts';

const gateways = 1000;
const pointsEach = 10;
const random = seededRandom(3);
const firstAtMs = Date.now() - 30 * dayMs;
const sampleEveryMs = 250;
/** Messages unacknowledged by one gateway, as the agent has it. */
const window = 16;

type AgentOf = Agents[number];

/** Agents with `count` letters each of `samples` samples, the first with its point table. */
const agentsOf = (plants: readonly TestPlant[], epoch: number, count: number, samples: number) =>
  plants.map(({ organisationId, gatewayId, pointIds }) => {
    const payloads = Array.from({ length: count }, (_, seq) => {
      const sampleOf = (i: number): Sample => ({
        pointId: pointIds[i % pointIds.length] as Sample['pointId'],
        sampledAtMs: firstAtMs + (epoch * 100_000 + seq * samples + Math.floor(i / pointIds.length)) * sampleEveryMs,
        value: Math.round(random() * 1e4) / 100,
        quality: 'good',
      });
      const key = { gatewayId, epoch, class: 'live' as const, seq };
      return letterOf(
        key,
        Array.from({ length: samples }, (__, i) => sampleOf(i)),
        { withTable: seq === 0 },
      );
    });
    const login = { clientId: gatewayId, username: gatewayId, password: token };
    return { login, queue: queueOf(topicOf(organisationId, gatewayId, 'live'), payloads) };
  });

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
};

/** The most resident memory that was seen while `work` ran, MB of 2^20. */
const peakMbOf = async (pid: number, work: () => Promise<unknown>): Promise<number> => {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, residentMbOf(pid).now);
  };
  const timer = setInterval(look, 100);
  await work();
  clearInterval(timer);
  look();
  return peak;
};

/** How long a steady load is watched, and how much of it comes in a second. */
const steadySeconds = 20;
const steadyPerS = 50_000;

/**
 * From PUBLISH to the store, in letters as a gateway with ten points makes them: memory at a steady load, and samples a
 * second as fast as it goes.
 */
const measureSamples = async (service: IngestService, letters: number) => {
  const samplesEach = steadyPerS / gateways;
  const swarm = await connectAgents(
    Number(new URL(service.url).port),
    agentsOf(service.plants, 1, 1 + steadySeconds + letters, samplesEach),
    window,
  );
  // The first letters bring point tables, which happens once in the life of a gateway.
  await swarm.publish(1);
  await service.ask('settle');
  const steadyMb = await peakMbOf(service.pid, async () => {
    for (let second = 0; second < steadySeconds; second++) await Promise.all([sleep(1000), swarm.publish(1)]);
  });
  const before = await service.ask('settle');
  let seconds = 0;
  const peakMb = await peakMbOf(service.pid, async () => {
    seconds = await secondsOf(async () => {
      await swarm.publish(letters);
      await service.ask('settle');
    });
  });
  const after = await service.ask('stats');
  swarm.end();
  const samples = after.stored - before.stored;
  const cpuS = (after.cpuMs - before.cpuMs) / 1000;
  return { samples, perS: samples / seconds, perCpuS: samples / cpuS, steadyMb, peakMb, refusals: after.refusals };
};

/** Messages a second of our broker: until all are acknowledged, and until all are in the store. */
const measureOurs = async (service: IngestService, agents: readonly AgentOf[], letters: number) => {
  const swarm = await connectAgents(Number(new URL(service.url).port), agents, window);
  const before = await service.ask('stats');
  const ackedS = await secondsOf(() => swarm.publish(letters));
  const acked = await service.ask('stats');
  const settledS = ackedS + (await secondsOf(() => service.ask('settle')));
  swarm.end();
  const messages = letters * agents.length;
  const ackCpuS = (acked.cpuMs - before.cpuMs) / 1000;
  return { ackedPerS: messages / ackedS, storedPerS: messages / settledS, ackedPerCpuS: messages / ackCpuS };
};

/** The same of mosquitto: until all are acknowledged and one consumer has them. */
const measureMosquitto = async (agents: readonly AgentOf[], letters: number) => {
  const mosquitto = await startMosquitto((folder) => [
    'persistence true',
    `persistence_location ${folder}/`,
    'user root',
    'set_tcp_nodelay true',
    'max_queued_messages 0',
    'max_inflight_messages 1000',
  ]);
  const consumerProgram = join(import.meta.dirname, 'mqtt-consumer-process.ts');
  const consumer = fork(consumerProgram, [String(mosquitto.port), `${topicRoot}/+/+/live`]);
  await once(consumer, 'message');
  const messages = letters * agents.length;
  const consumed = new Promise<void>((resolve) => {
    consumer.on('message', (received: Received) => {
      if (received >= messages) resolve();
    });
  });
  const swarm = await connectAgents(mosquitto.port, agents, window);
  const cpuBeforeMs = cpuMsOf(mosquitto.pid);
  const seconds = await secondsOf(async () => {
    await swarm.publish(letters);
    await consumed;
  });
  const cpuS = (cpuMsOf(mosquitto.pid) - cpuBeforeMs) / 1000;
  swarm.end();
  consumer.kill();
  await mosquitto.stop();
  return { perS: messages / seconds, perCpuS: messages / cpuS };
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const measureMessages = async (service: IngestService, rounds: number, letters: number) => {
  const samplesEach = 5;
  const ours: Awaited<ReturnType<typeof measureOurs>>[] = [];
  const peer: Awaited<ReturnType<typeof measureMosquitto>>[] = [];
  for (let round = 0; round < rounds; round++) {
    const agents = agentsOf(service.plants, 2 + round, letters, samplesEach);
    ours.push(await measureOurs(service, agents, letters));
    peer.push(await measureMosquitto(agents, letters));
  }
  return {
    ackedPerS: median(ours.map((o) => o.ackedPerS)),
    storedPerS: median(ours.map((o) => o.storedPerS)),
    ackedPerCpuS: median(ours.map((o) => o.ackedPerCpuS)),
    mosquittoPerS: median(peer.map((p) => p.perS)),
    mosquittoPerCpuS: median(peer.map((p) => p.perCpuS)),
  };
};

/** The embedded broker with durable ingest under 1,000 agents, alone and beside mosquitto in the same run. */
export const agents: Bench = async ({ full }) => {
  const service = await startIngestService(gateways, pointsEach);
  const samples = await measureSamples(service, full ? 120 : 40);
  const messages = await measureMessages(service, full ? 5 : 3, full ? 100 : 50);
  await service.stop();
  const ratio = messages.ackedPerS / messages.mosquittoPerS;
  return [
    {
      what: `embedded broker with durable ingest, ${gateways} agents`,
      toReach: '50,000 samples/s from PUBLISH to the store within 512 MB',
      measured: `at most ${whole(samples.steadyMb)} MB at ${whole(steadyPerS)} samples/s; ${whole(samples.perS)} samples/s as fast as it goes, with at most ${whole(samples.peakMb)} MB`,
      met: samples.perS >= steadyPerS && samples.steadyMb <= 512,
      figures: samples,
    },
    {
      what: 'its messages beside those of mosquitto (QoS 1, persistent, one consumer)',
      toReach: 'acknowledged durably at half of its rate',
      measured: `${whole(messages.ackedPerS)}/s (stored ${whole(messages.storedPerS)}/s) to ${whole(messages.mosquittoPerS)}/s: ${ratio.toFixed(2)}`,
      met: ratio >= 0.5,
      figures: { ...messages, ratio },
    },
  ];
};
