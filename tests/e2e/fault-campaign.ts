import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import type { Gap } from '@kuluma/shared/model/gateway-reports.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { freePort } from '../free-port.ts';
import { serviceAt } from '../services.ts';
import { startPostgres } from '../start-postgres.ts';
import { type Balance, balanceOf, ReadLedger, readRows } from './fault-campaign-ledger.ts';
import { LineChild } from './killable.ts';
import { addPlant, type TestPlant, token } from './start-ingest.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** `embedded`: in the cloud's process, and it dies with that; `mosquitto`: a process of its own. */
  readonly broker: 'embedded' | 'mosquitto';
  /** How often each is killed. The broker's are of mosquitto. */
  readonly kills: { readonly agent: number; readonly cloud: number; readonly broker: number };
}

export interface CampaignResult extends Balance {
  readonly kills: number;
  readonly seconds: number;
}

const script = (name: string): string => join(import.meta.dirname, name);
const points = 3;
/** One kill in so many strikes while its process starts. */
const earlyShare = 0.15;
const longestLifeMs = 700;

const startMosquitto = async (dir: string, port: number): Promise<ChildProcess> => {
  const file = join(dir, 'mosquitto.conf');
  // A broker that forgets who is subscribed acknowledges what it then gives to nobody: it has to keep every change.
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'persistence true',
    `persistence_location ${dir}/`,
    'autosave_on_changes true',
    'autosave_interval 1',
    // It gives up root, and could not write there as anybody else.
    'user root',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return spawn(serviceAt('mosquitto') ?? 'mosquitto', ['-c', file], { stdio: 'ignore' });
};

/** The three processes, killed at random, and what they say. */
class Campaign {
  readonly ledger = new ReadLedger();
  readonly #options: CampaignOptions;
  readonly #random: Random;
  readonly #dir: string;
  readonly #plant: TestPlant;
  readonly #recordsUrl: string;
  readonly #port: number;
  #stored = 0;
  #waiting = Number.POSITIVE_INFINITY;

  constructor(options: CampaignOptions, dir: string, plant: TestPlant, recordsUrl: string, port: number) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#dir = dir;
    this.#plant = plant;
    this.#recordsUrl = recordsUrl;
    this.#port = port;
  }

  #startAgent(...more: string[]): LineChild {
    const { organisationId, gatewayId, pointIds } = this.#plant;
    const args = {
      dir: join(this.#dir, 'edge'),
      url: `mqtt://127.0.0.1:${this.#port}`,
      organisation: organisationId,
      gateway: gatewayId,
      token,
      points: pointIds.join(','),
      from: String(this.ledger.begin()),
    };
    const list = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]);
    return new LineChild(script('fault-campaign-agent.ts'), [...list, ...more], ([what, n, ms]) => {
      if (what === 'r') this.ledger.read(Number(n), Number(ms));
      else if (what === 'a') this.ledger.accepted(Number(n));
      else this.#waiting = Number(n);
    });
  }

  #startCloud(): LineChild {
    const args = ['--dir', join(this.#dir, 'cloud'), '--records', this.#recordsUrl, '--port', String(this.#port)];
    if (this.#options.broker === 'mosquitto') args.push('--broker', `mqtt://127.0.0.1:${this.#port}`);
    return new LineChild(script('fault-campaign-cloud.ts'), args, ([, n]) => {
      this.#stored = Number(n);
    });
  }

  /** Kills what `start` gives so many times, each after a life of its own length, and leaves the last one running. */
  async #killAgainAndAgain(times: number, start: () => LineChild): Promise<LineChild> {
    let victim = start();
    for (let i = 0; i < times; i++) {
      const isEarly = this.#random() < earlyShare;
      if (!isEarly && !(await victim.ready)) throw new Error('a process ended before it was ready');
      await pause(this.#random() * longestLifeMs);
      await victim.end('SIGKILL');
      victim = start();
    }
    return victim;
  }

  /**
   * Cloud and mosquitto, one at a time: a mosquitto that dies while nobody takes its messages loses what it has
   * acknowledged, whoever its clients are.
   */
  async #killCloudAndMosquitto(): Promise<LineChild> {
    const { cloud: cloudKills, broker: brokerKills } = this.#options.kills;
    let mosquitto = await startMosquitto(this.#dir, this.#port);
    let cloud = this.#startCloud();
    for (let left = { cloud: cloudKills, broker: brokerKills }; left.cloud + left.broker > 0; ) {
      if (!(await cloud.ready)) throw new Error('the cloud ended before it was ready');
      await this.#untilStored();
      await pause(500 + this.#random() * longestLifeMs);
      if (this.#random() * (left.cloud + left.broker) < left.cloud) {
        await cloud.end('SIGKILL');
        cloud = this.#startCloud();
        left = { ...left, cloud: left.cloud - 1 };
      } else {
        await killed(mosquitto);
        await pause(this.#random() * longestLifeMs);
        mosquitto = await startMosquitto(this.#dir, this.#port);
        left = { ...left, broker: left.broker - 1 };
      }
      this.#stored = 0;
    }
    this.#stopBroker = () => killed(mosquitto);
    return cloud;
  }

  #stopBroker: () => Promise<void> = async () => undefined;

  /** Until something was stored since the last kill. */
  async #untilStored(): Promise<void> {
    while (this.#stored === 0) await pause(20);
  }

  /** What the agent is rid of may still be with mosquitto. */
  async #untilNoMoreIsStored(): Promise<void> {
    for (let before = -1; before !== this.#stored; await pause(2000)) before = this.#stored;
  }

  /** Kills, then lets everything come to rest. */
  async run(): Promise<void> {
    const { kills, broker } = this.#options;
    const [agent, cloud] = await Promise.all([
      this.#killAgainAndAgain(kills.agent, () => this.#startAgent()),
      broker === 'mosquitto'
        ? this.#killCloudAndMosquitto()
        : this.#killAgainAndAgain(kills.cloud, () => this.#startCloud()),
    ]);
    await agent.ready;
    await agent.end('SIGKILL');
    this.#waiting = Number.POSITIVE_INFINITY;
    const last = this.#startAgent('--drain');
    while (this.#waiting > 0) await pause(50);
    await last.end('SIGKILL');
    await this.#untilNoMoreIsStored();
    await cloud.end('SIGTERM');
    await this.#stopBroker();
  }
}

const killed = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

/** Kills agent, broker and cloud at random while samples flow, and then compares what was read with what is stored. */
export const runCampaign = async (options: CampaignOptions): Promise<CampaignResult> => {
  const startMs = performance.now();
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-campaign-'));
  const postgres = await startPostgres();
  postgres.createDatabase('campaign');
  const records = createRecords(serverDatabase({ url: postgres.url('campaign') }, createLogger('campaign', 'silent')));
  try {
    await records.start(new AbortController().signal);
    const plant = await addPlant(records, points);
    const campaign = new Campaign(options, dir, plant, postgres.url('campaign'), await freePort());
    await campaign.run();
    const gaps: Gap[] = await records.list('gap', plant.organisationId);
    const rows = await readRows(join(dir, 'cloud/series'));
    const { agent, cloud, broker } = options.kills;
    return {
      ...balanceOf(campaign.ledger, rows, plant.pointIds, gaps),
      kills: agent + cloud + broker,
      seconds: (performance.now() - startMs) / 1000,
    };
  } finally {
    await records.stop();
    postgres.stop();
    await rm(dir, { recursive: true });
  }
};
