import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { connectAsync } from 'mqtt';
import { freePort } from '../../tests/free-port.ts';
import { installAgent } from '../../tests/install-agent.ts';
import { serviceAt } from '../../tests/services.ts';

const random = seededRandom(3);
const organisationId = newId('organisation', random);
const gatewayId = newId('gateway', random);

export interface AgentSetup {
  /** Files beside the configuration, by name. */
  readonly profiles: Readonly<Record<string, object>>;
  /** As in the configuration; `points` are given per device by name and get ids here. */
  readonly buses: readonly {
    name: string;
    source: object;
    devices: readonly { name: string; unit?: number; profile: string; scanMs: number; points: readonly string[] }[];
  }[];
}

export interface BenchAgent {
  readonly pid: number;
  /** The newest state that it published. */
  state(): GatewayState | undefined;
  /** The next one. */
  nextState(): Promise<GatewayState>;
  /** The first one that it publishes so much later. */
  stateAfter(ms: number): Promise<GatewayState>;
  stop(): Promise<void>;
}

/** A child process that has said so once it is ready, on its standard output. */
export const startProgram = async (command: string, args: readonly string[]): Promise<ChildProcess> => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${command} ended before it was ready`);
  });
  await Promise.race([once(child.stdout as NonNullable<typeof child.stdout>, 'data'), ended]);
  ended.catch(() => undefined);
  return child;
};

export const stopProgram = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
};

const startMosquitto = async (dir: string): Promise<{ child: ChildProcess; port: number }> => {
  const port = await freePort();
  const file = join(dir, 'mosquitto.conf');
  await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child = spawn(serviceAt('mosquitto') ?? 'mosquitto', ['-c', file], { stdio: 'ignore' });
  await sleep(500);
  return { child, port };
};

/** The packed agent, installed in an empty folder, as a process of its own that sends to a real mosquitto. */
export const startBenchAgent = async ({ profiles, buses }: AgentSetup): Promise<BenchAgent> => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-bench-'));
  const bin = await installAgent(dir);
  const broker = await startMosquitto(dir);
  for (const [name, profile] of Object.entries(profiles)) await writeFile(join(dir, name), JSON.stringify(profile));
  const config = {
    organisationId,
    gatewayId,
    dataDir: './data',
    uplink: { url: `mqtt://127.0.0.1:${broker.port}`, token: 'any' },
    buses: buses.map((bus) => ({
      ...bus,
      devices: bus.devices.map((device) => ({
        ...device,
        points: Object.fromEntries(device.points.map((name) => [name, newId('measurementPoint', random)])),
      })),
    })),
  };
  await writeFile(join(dir, 'gateway.yaml'), JSON.stringify(config));
  const agent = await startProgram(process.execPath, [bin, 'run', '--config', join(dir, 'gateway.yaml')]);
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  let state: GatewayState | undefined;
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/state')) state = JSON.parse(payload.toString()) as GatewayState;
  });
  // All of it: what nobody listens to is no acknowledged sample for the agent.
  await client.subscribeAsync(topicOf(organisationId, gatewayId, 'state').replace(/state$/, '+'));
  const nextState = async (): Promise<GatewayState> => {
    const before = state;
    while (state === before || state === undefined) await sleep(20);
    return state;
  };
  return {
    pid: agent.pid ?? 0,
    state: () => state,
    nextState,
    async stateAfter(ms) {
      await sleep(ms);
      return nextState();
    },
    async stop() {
      await stopProgram(agent);
      await client.endAsync();
      await stopProgram(broker.child);
      await rm(dir, { recursive: true });
    },
  };
};
