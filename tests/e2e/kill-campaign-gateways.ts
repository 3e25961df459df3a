import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Balance, balanceOf, ReadLedger } from './fault-campaign-ledger.ts';
import { LineChild } from './killable.ts';
import type { SharedServers } from './role-processes.ts';
import { addPlant, type TestPlant, token } from './start-ingest.ts';

const program = join(import.meta.dirname, 'fault-campaign-agent.ts');
const scanMs = 50;

interface Gateway {
  readonly plant: TestPlant;
  readonly ledger: ReadLedger;
  agent: LineChild;
  /** Records in its outbox. */
  waiting: number;
}

/** Agents whose devices count: each in a process of its own, behind mosquitto, and told by the cloud what is kept. */
export class CampaignGateways {
  readonly #servers: SharedServers;
  readonly #gateways: Gateway[] = [];

  constructor(servers: SharedServers) {
    this.#servers = servers;
  }

  async start(count: number, samplesPerS: number): Promise<void> {
    const points = Math.round((samplesPerS * scanMs) / 1000 / count);
    for (let n = 0; n < count; n++) {
      const plant = await addPlant(this.#servers.records, points);
      const gateway: Gateway = { plant, ledger: new ReadLedger(), waiting: 0, agent: undefined as never };
      gateway.agent = this.#run(gateway);
      this.#gateways.push(gateway);
      if (!(await gateway.agent.ready)) throw new Error('an agent ended before it was ready');
    }
  }

  #run(gateway: Gateway, ...more: string[]): LineChild {
    const { organisationId, gatewayId, pointIds } = gateway.plant;
    const args = {
      ...{ dir: join(this.#servers.dir, gatewayId), url: this.#servers.mosquitto.url, token, acknowledgedBy: 'cloud' },
      ...{ organisation: organisationId, gateway: gatewayId, points: pointIds.join(','), scanMs: String(scanMs) },
      from: String(gateway.ledger.begin()),
    };
    const list = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]);
    return new LineChild(program, [...list, ...more], ([what, n, ms]) => {
      if (what === 'r') gateway.ledger.read(Number(n), Number(ms));
      else if (what === 'a') gateway.ledger.accepted(Number(n));
      else gateway.waiting = Number(n);
    });
  }

  /** Resolves when of each gateway a sample is stored that was read after this time. */
  async untilFresh(sinceMs: number): Promise<void> {
    for (const { plant } of this.#gateways)
      for (;;) {
        const [pointId] = plant.pointIds;
        if (!pointId) throw new Error('a gateway without a point');
        const newest = await this.#servers.series.latest(plant.organisationId, [pointId]).catch(() => undefined);
        if ((newest?.get(pointId)?.sampledAtMs ?? 0) > sinceMs) break;
        await pause(50);
      }
  }

  /** Ends the reading, waits until every outbox is empty, and ends the agents. */
  async drain(): Promise<void> {
    for (const gateway of this.#gateways) {
      await gateway.agent.end('SIGKILL');
      gateway.waiting = Number.POSITIVE_INFINITY;
      gateway.agent = this.#run(gateway, '--drain');
    }
    for (const gateway of this.#gateways) {
      while (gateway.waiting > 0) await pause(50);
      await gateway.agent.end('SIGKILL');
    }
  }

  /** Read beside stored, point by point. */
  async balance(): Promise<Balance> {
    const sum = { read: 0, accepted: 0, stored: 0, lost: 0, doubled: 0, wrong: 0, missing: 0, unexplained: 0 };
    for (const { plant, ledger } of this.#gateways) {
      const { organisationId, pointIds } = plant;
      const gaps = await this.#servers.records.list('gap', organisationId);
      for (const pointId of pointIds) {
        const range = { organisationId, pointId, fromMs: 0, toMs: Date.now() + 1e6 };
        const stored = await this.#servers.series.read(range, { limit: ledger.readAtMs.size + 1000 });
        const rows = stored.map(({ value, sampledAtMs }) => ({ pointId, value, atMs: sampledAtMs }));
        const one = balanceOf(ledger, rows, [pointId], gaps);
        for (const key of Object.keys(sum) as (keyof Balance)[]) sum[key] += one[key];
      }
    }
    return sum;
  }

  async stop(): Promise<void> {
    for (const { agent } of this.#gateways) await agent.end('SIGKILL').catch(() => undefined);
  }
}
