import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent } from '@kuluma/edge/agent.ts';
import { nextEpoch } from '@kuluma/edge/boot-epoch.ts';
import type { WantedPoint } from '@kuluma/edge/core/judge-reading.ts';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import type { ScannedDevice } from '@kuluma/edge/ports.ts';
import { machineTime, TimeKeeper } from '@kuluma/edge/time-keeper.ts';
import { mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';

/**
 * The agent with a device that counts, in a process that can be killed. On standard output, each line written before the
 * next step: `ready`, `r N MS` value N was read at MS, `a N` all up to N are accepted, `q N` records wait. With --drain it
 * reads nothing more.
 */
const { values: given } = parseArgs({
  options: {
    dir: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    organisation: { type: 'string', default: '' },
    gateway: { type: 'string', default: '' },
    token: { type: 'string', default: '' },
    acknowledgedBy: { type: 'string', default: 'broker' },
    points: { type: 'string', default: '' },
    from: { type: 'string', default: '0' },
    scanMs: { type: 'string', default: '20' },
    drain: { type: 'boolean', default: false },
  },
});
const gatewayId = given.gateway as Id<'gateway'>;
const pointIds = given.points.split(',') as Id<'measurementPoint'>[];
/** To a pipe this is done when it returns: a kill afterwards does not take it back. */
const say = (line: string) => process.stdout.write(`${line}\n`);

const log = createLogger('agent', process.env['KULUMA_LOG_LEVEL'] ?? 'silent');
const epoch = await nextEpoch(given.dir, Date.now());
const time = await TimeKeeper.open({ dataDir: given.dir, epoch, machine: machineTime(), log });
const { clock } = time;
const classPolicy = { maxBytes: 1e9, maxAgeDays: null, whenFull: 'dropOldest' } as const;
const outbox = await openLogOutbox({
  dataDir: given.dir,
  gatewayId,
  pointIds,
  commitMs: 50,
  commitSamples: 1000,
  policies: { alarm: classPolicy, live: classPolicy, history: classPolicy },
  epoch,
  time: { now: () => clock.now(), isTrusted: () => time.isTrusted, isProvisional: (ms) => time.isProvisional(ms) },
  lastAliveMs: time.lastAliveMs,
  log,
});

let next = Number(given.from);
const counter: ScannedDevice = {
  async scan() {
    if (given.drain) return { readings: [], rowsRefused: 0 };
    const value = next++;
    const sampledAtMs = clock.now();
    say(`r ${value} ${sampledAtMs}`);
    return {
      readings: [{ sampledAtMs, values: pointIds.map((id) => [id, value] as const) }],
      rowsRefused: 0,
    };
  },
};
const wanted = new Map(
  pointIds.map((pointId): [string, WantedPoint] => [pointId, { pointId, min: -Infinity, max: Infinity }]),
);
const scan = { scanned: counter, intervalMs: Number(given.scanMs), phase: 0 };
const source = { device: () => counter, close: async () => undefined };
const agent = new Agent({
  gatewayId,
  agentVersion: 'campaign',
  polling: {
    buses: [{ name: 'bus', source, devices: [{ name: 'counter', scans: [scan], wanted }] }],
    alarms: {
      name: 'no alarms',
      start: async () => undefined,
      stop: async () => undefined,
      watch: () => undefined,
      request: () => undefined,
    },
  },
  outbox,
  uplink: mqttUplink({
    url: given.url,
    organisationId: given.organisation,
    gatewayId,
    token: given.token,
    connectTimeoutMs: 2000,
    acknowledgedBy: given.acknowledgedBy === 'cloud' ? 'cloud' : 'broker',
    ackTimeoutMs: 3000,
  }),
  clock,
  time,
  timer: wallTimer,
  random: Math.random,
  log,
});
await agent.start();
say('ready');
// A process that is killed never writes its cache.
flushCompileCache();
for (;;) {
  // The bus delivers a reading before it scans again, so all but the newest are with the outbox.
  const accepted = next - 2;
  await outbox.flush();
  if (agent.counters.dropped > 0) throw new Error(`the outbox dropped ${agent.counters.dropped} samples`);
  say(`a ${accepted}`);
  say(`q ${agent.counters.waitingRecords}`);
  await pause(25);
}
