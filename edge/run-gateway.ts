import { type AppError, asAppError } from '@kuluma/shared/errors.ts';
import { untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger, type Logger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import { Agent, type AgentCounters } from './agent.ts';
import { alarmPoints } from './alarm-points.ts';
import { AlarmWatch } from './alarm-watch.ts';
import { nextEpoch } from './boot-epoch.ts';
import { type EdgeSetup, loadEdgeConfig } from './config.ts';
import { dropKept, runningOf } from './core/staged-config.ts';
import { layReserve } from './disk-reserve.ts';
import { IdentityKeeper } from './identity.ts';
import type { MonitoredAgent } from './monitoring.ts';
import { openBuses } from './open-buses.ts';
import { openLogOutbox } from './outbox/log-outbox/log-outbox.ts';
import manifest from './package.json' with { type: 'json' };
import type { PollingSetup } from './polling.ts';
import type { Outbox } from './ports.ts';
import { type ReadyConfig, RemoteConfig, refusalText } from './remote-config.ts';
import { StagedConfigFile } from './staged-config-file.ts';
import { machineTime, TimeKeeper } from './time-keeper.ts';
import { mqttUplink } from './uplink/mqtt-uplink.ts';
import { SparkplugUplink } from './uplink/sparkplug/sparkplug-uplink.ts';
import { wallTimer } from './wall-timer.ts';
import { WriteDesk } from './write-desk.ts';

export interface GatewayOptions {
  /** Path of the configuration, and the environment that stands above it. */
  readonly file: string;
  readonly env: Record<string, string | undefined>;
  /** Scan each device once, send, end. */
  readonly once: boolean;
  onReady(): void;
}

type Load = (remote?: string) => Promise<EdgeSetup>;

/** What is to run: what the cloud sent and was kept, or else the file. */
const loadRunning = async (load: Load, staged: StagedConfigFile, log: Logger): Promise<EdgeSetup> => {
  const kept = runningOf(staged.staged);
  if (!kept) return load();
  try {
    const setup = await load(kept.yaml);
    log.info({ revision: kept.revision }, 'running the configuration that the cloud sent, not what the file says');
    return setup;
  } catch (error) {
    const known: AppError = asAppError(error);
    if (known.code !== 'CONFIG_INVALID') throw error;
    log.error({ revision: kept.revision, err: known }, 'the configuration that the cloud sent is not valid any more');
    await staged.set(dropKept(staged.staged, refusalText(known)));
    return load();
  }
};

/** The parts of one agent that a configuration from the cloud does not touch. */
const openBase = async (setup: EdgeSetup, log: Logger) => {
  const { dataDir, gatewayId } = setup;
  const epoch = await nextEpoch(dataDir, Date.now());
  const demo = setup.clock ? { demo: setup.clock } : {};
  const time = await TimeKeeper.open({ dataDir, epoch, machine: machineTime(), log, ...demo });
  const outbox = await openLogOutbox({
    ...setup.outbox,
    policies: setup.outbox,
    dataDir,
    gatewayId,
    epoch,
    pointIds: setup.buses.flatMap((bus) => bus.devices.flatMap((device) => Object.values(device.points))),
    time: {
      now: () => time.clock.now(),
      isTrusted: () => time.isTrusted,
      isProvisional: (ms) => time.isProvisional(ms),
    },
    lastAliveMs: time.lastAliveMs,
    log,
  });
  await layReserve(dataDir);
  let bdSeq = epoch;
  return { time, outbox, nextBdSeq: () => bdSeq++ };
};

/** What outlives the polling of one configuration. */
interface Base {
  readonly time: TimeKeeper;
  readonly outbox: Outbox;
  /** Never the same twice in a row, over restarts too. */
  readonly nextBdSeq: () => number;
  readonly log: Logger;
}

const sparkplugOf = (
  { sparkplug, gatewayId, buses }: EdgeSetup,
  { time: { clock }, nextBdSeq, log }: Base,
): Pick<PollingSetup, 'beside'> => {
  if (!sparkplug) return {};
  const devices = buses.flatMap((bus) =>
    bus.devices.map(({ name, points, profile }) => ({
      name,
      points: Object.entries(points).map(([point, pointId]) => ({
        pointId,
        name: point,
        unit: profile.points.find((p) => p.name === point)?.unit ?? '',
      })),
    })),
  );
  const options = { ...sparkplug, clientId: `${gatewayId}-sparkplug`, nextBdSeq };
  const deps = { clock, timer: wallTimer, random: secureRandom, log };
  return { beside: (states) => new SparkplugUplink(options, devices, { ...deps, devices: states }) };
};

const pollingOf = (setup: EdgeSetup, base: Base): PollingSetup => {
  const {
    buses: setups,
    alarms: { snapshotEveryMs },
    dataDir,
  } = setup;
  const { time, outbox, log } = base;
  const buses = openBuses(setups, { clock: time.clock, timer: wallTimer });
  const points = alarmPoints(setups, buses);
  const alarms = new AlarmWatch({ points, outbox, dataDir, snapshotEveryMs, clock: time.clock, log });
  return { buses, alarms, ...sparkplugOf(setup, base) };
};

const devicesOf = ({ buses }: EdgeSetup): ReadyConfig['devices'] =>
  buses.flatMap(({ devices }) =>
    devices.map(({ name, points, scanMs, scanClassMs = {} }) => ({
      name,
      pointIds: Object.values(points),
      scanMs: Math.max(scanMs, ...Object.values(scanClassMs)),
    })),
  );

/** By which line or connection each device is read. */
const linesOf = ({ buses }: EdgeSetup): ReadonlyMap<string, string> =>
  new Map(buses.flatMap((bus) => bus.devices.map((device) => [device.name, bus.name] as const)));

/** Loaded only where somebody watches. */
const monitoringOf = async ({ monitoring: { host, port } }: EdgeSetup, agent: MonitoredAgent, log: Logger) => {
  if (port === undefined) return undefined;
  const { Monitoring } = await import('./monitoring.ts');
  return new Monitoring({ host, port }, agent, log);
};

interface Run extends GatewayOptions {
  readonly load: Load;
  readonly staged: StagedConfigFile;
  /** Resolves when the process is to end. */
  readonly ended: Promise<unknown>;
  readonly log: Logger;
}

/** Runs one agent. `isToRestart`: its outbox got other limits, which are set when it is opened. */
const runAgent = async ({
  once,
  onReady,
  load,
  staged,
  ended,
  log,
}: Run): Promise<{ counters: AgentCounters; isToRestart: boolean }> => {
  const setup = await loadRunning(load, staged, log);
  const { organisationId, gatewayId, uplink, remoteConfig } = setup;
  const base: Base = { ...(await openBase(setup, log)), log };
  const { time, outbox } = base;
  const { promise: restart, resolve: onRestart } = Promise.withResolvers<boolean>();
  let lines = linesOf(setup);
  const ready = (next: EdgeSetup): ReadyConfig => ({
    devices: devicesOf(next),
    apply: async (watch) => {
      await agent.poll(pollingOf(next, base), watch);
      lines = linesOf(next);
    },
    kept: () => {
      if (JSON.stringify(next.outbox) !== JSON.stringify(setup.outbox)) onRestart(true);
    },
  });
  const { identityFile } = uplink;
  const identity = identityFile
    ? new IdentityKeeper({ file: identityFile, gatewayId, wallNow: Date.now, log })
    : undefined;
  const agent: Agent = new Agent({
    gatewayId,
    agentVersion: manifest.version,
    polling: pollingOf(setup, base),
    outbox,
    uplink: mqttUplink({ ...uplink, ...(identity ? { identity: () => identity.pem } : {}), organisationId, gatewayId }),
    clock: time.clock,
    time,
    timer: wallTimer,
    random: secureRandom,
    log,
    config: () => remote.state,
    certificateRequest: () => identity?.request,
    onMessage: ({ channel, payload }) => {
      if (channel === 'config') remote.offer(payload);
      if (channel === 'certificate') void identity?.offer(payload);
    },
  });
  const remote: RemoteConfig = new RemoteConfig({
    ...remoteConfig,
    file: staged,
    running: ready(setup),
    check: async (yaml) => {
      const next = await load(yaml);
      pollingOf(next, base);
      return ready(next);
    },
    wellDevices: () => agent.wellDevices,
    rate: time.clock.rate,
    timer: wallTimer,
    log,
  });
  const desk = new WriteDesk(setup.dataDir, (order) => agent.write(order));
  const watched: MonitoredAgent = {
    state: () => agent.state,
    ackedSamples: () => agent.counters.acked,
    lineOf: (device) => lines.get(device) ?? '',
  };
  const monitoring = await monitoringOf(setup, watched, log);
  let isToRestart = false;
  try {
    if (once) await agent.once();
    else {
      await identity?.start();
      await agent.start();
      await remote.start();
      await desk.start();
      // Machines are read all the same where nobody can look.
      await monitoring?.start().catch((error: unknown) => log.error({ err: error }, 'monitoring does not listen'));
      onReady();
      isToRestart = await Promise.race([ended.then(() => false), restart]);
    }
  } finally {
    await monitoring?.stop();
    await desk.stop();
    await remote.stop();
    await agent.stop();
    await identity?.stop();
  }
  return { counters: agent.counters, isToRestart };
};

/** Runs the agent of a gateway to its end and returns what its last run amounted to. The folder is locked for it. */
export const runGateway = async (dataDir: string, options: GatewayOptions): Promise<AgentCounters> => {
  const log = createLogger('edge');
  const load: Load = (remote) => loadEdgeConfig(options.file, options.env, remote);
  const staged = await StagedConfigFile.open(dataDir, log);
  const ended = options.once ? new Promise(() => undefined) : untilSignal();
  for (;;) {
    const { counters, isToRestart } = await runAgent({ ...options, load, staged, ended, log });
    if (!isToRestart) return counters;
    log.info('starting again with the new limits of the outbox');
  }
};
