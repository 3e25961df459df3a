import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import type { CloudConfig } from '@kuluma/cloud/config.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { freePort } from '../free-port.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
const database = 'kuluma';

/** The servers that processes with roles share, and our own way to their stores. */
export interface SharedServers {
  readonly dir: string;
  readonly postgres: PostgresServer;
  readonly influxd: Influxd;
  readonly mosquitto: RunningMosquitto;
  readonly records: ReturnType<typeof createRecords>;
  readonly series: ReturnType<typeof createInfluxTimeSeries>;
  stop(): Promise<void>;
}

/** PostgreSQL, InfluxDB and mosquitto, empty. */
export const startSharedServers = async (): Promise<SharedServers> => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-roles-'));
  const [postgres, influxd] = [await startPostgres(), await startInfluxd()];
  const mosquitto = await startMosquitto((folder) => [
    ...['persistence true', `persistence_location ${folder}/`, 'user root', 'max_queued_messages 0'],
  ]);
  postgres.createDatabase(database);
  const log = createLogger('test', 'silent');
  const records = createRecords(serverDatabase({ url: postgres.url(database) }, log));
  const series = createInfluxTimeSeries({ url: influxd.url, database });
  const running = await startParts([records, series], log);
  return {
    ...{ dir, postgres, influxd, mosquitto, records, series },
    async stop() {
      await running.stop();
      await mosquitto.stop();
      await influxd.stop();
      postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** `kuluma serve` in a role over shared servers: a process that can be killed and started again. */
export class RoleProcess {
  readonly role: CloudConfig['role'];
  readonly #servers: SharedServers;
  readonly #name: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #port: number;
  #child: ChildProcess | undefined;
  /** Ends that nobody asked for. */
  deaths = 0;

  private constructor(servers: SharedServers, role: CloudConfig['role'], name: string, settings: object, port: number) {
    this.role = role;
    this.#servers = servers;
    this.#name = name;
    this.#settings = { ...settings };
    this.#port = port;
  }

  /** @param settings more of its environment, without `KULUMA_CLOUD_` */
  static async start(
    servers: SharedServers,
    role: CloudConfig['role'],
    name: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<RoleProcess> {
    const started = new RoleProcess(servers, role, name, settings, await freePort());
    await started.restart();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it says that it is ready. */
  async restart(): Promise<void> {
    const { dir, mosquitto, postgres, influxd } = this.#servers;
    const own = {
      ...{ ROLE: this.role, DATA_DIR: join(dir, this.#name), SHARED_DIR: join(dir, 'shared') },
      ...{ HTTP__PORT: String(this.#port), MQTT__KIND: 'external', MQTT__URL: mosquitto.url },
      ...{ RECORDS__KIND: 'postgres', RECORDS__URL: postgres.url(database) },
      ...{ TIME_SERIES__KIND: 'influx', TIME_SERIES__URL: influxd.url, TIME_SERIES__DATABASE: database },
      ...this.#settings,
    };
    const env = {
      ...process.env,
      KULUMA_LOG_LEVEL: process.env['KULUMA_LOG_LEVEL'] ?? 'fatal',
      // Of a start, compiling is half; a host that restarts its services has it done too.
      NODE_COMPILE_CACHE: join(tmpdir(), 'kuluma-compile-cache'),
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`KULUMA_CLOUD_${key}`, value])),
    };
    const child = spawn(process.execPath, [kuluma, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.deaths++;
    });
    for await (const line of createInterface({ input: child.stdout }))
      if (/MQTT broker/.test(line)) return void child.stdout.resume();
    throw new Error(`${this.#name} ended before it was ready`);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    return (await exited)[0] as number | null;
  }
}
