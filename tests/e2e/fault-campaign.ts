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
/** So many strikes at cloud or mosquitto hit both. */
const bothShare = 1 / 3;

const startMosquitto = async (dir: string, port: number): Promise<ChildProcess> => {
  const file = join(dir, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'persistence false',
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
  /** Since the last kill of cloud or broker. */
  #hasStored = false;
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
      acknowledgedBy: this.#options.broker === 'mosquitto' ? 'cloud' : 'broker',
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
    return new LineChild(script('fault-campaign-cloud.ts'), args, () => {
      this.#hasStored = true;
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

  /** Cloud and mosquitto, each alone or both at once; mosquitto then knows nothing any more. */
  async #killCloudAndMosquitto(): Promise<LineChild> {
    const { cloud: cloudKills, broker: brokerKills } = this.#options.kills;
    let mosquitto = await startMosquitto(this.#dir, this.#port);
    let cloud = this.#startCloud();
    for (let left = { cloud: cloudKills, broker: brokerKills }; left.cloud + left.broker > 0; ) {
      if (this.#random() >= earlyShare) await this.#untilStored(cloud);
      await pause(this.#random() * longestLifeMs);
      const both = left.cloud > 0 && left.broker > 0 && this.#random() < bothShare;
      const isCloud = both || this.#random() * (left.cloud + left.broker) < left.cloud;
      const isBroker = both || !isCloud;
      left = { cloud: left.cloud - Number(isCloud), broker: left.broker - Number(isBroker) };
      await Promise.all([isCloud && cloud.end('SIGKILL'), isBroker && killed(mosquitto)]);
      await pause(this.#random() * longestLifeMs);
      if (isBroker) mosquitto = await startMosquitto(this.#dir, this.#port);
      if (isCloud) cloud = this.#startCloud();
      this.#hasStored = false;
    }
    this.#stopBroker = () => killed(mosquitto);
    return cloud;
  }

  #stopBroker: () => Promise<void> = async () => undefined;

  async #untilStored(cloud: LineChild): Promise<void> {
    if (!(await cloud.ready)) throw new Error('the cloud ended before it was ready');
    while (!this.#hasStored) await pause(20);
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
