import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Balance, balanceOf, ReadLedger } from './fault-campaign-ledger.ts';
import { LineChild } from './killable.ts';
import type { SharedServers } from './role-processes.ts';
import { addPlant, type TestPlant, token } from './start-ingest.ts';

const program = join(import.meta.dirname, 'fault-campaign-agent.ts');
const scanMs = 50;
const drainWithinMs = 300_000;

interface Gateway {
  readonly plant: TestPlant;
  readonly ledger: ReadLedger;
  /** Records in its outbox. */
  waiting: number;
}

/** Agents whose devices count: each in a process of its own, behind mosquitto, and told by the cloud what is kept. */
export class CampaignGateways {
  readonly #servers: SharedServers;
  readonly #gateways: Gateway[] = [];
  /** Those that run. */
  readonly #agents = new Map<Gateway, LineChild>();

  constructor(servers: SharedServers) {
    this.#servers = servers;
  }

  async start(count: number, samplesPerS: number): Promise<void> {
    const points = Math.round((samplesPerS * scanMs) / 1000 / count);
    for (let n = 0; n < count; n++) {
      const plant = await addPlant(this.#servers.records, points);
      const gateway: Gateway = { plant, ledger: new ReadLedger(), waiting: 0 };
      this.#gateways.push(gateway);
      if (!(await this.#run(gateway).ready)) throw new Error('an agent ended before it was ready');
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
    const agent = new LineChild(program, [...list, ...more], ([what, n, ms]) => {
      if (what === 'r') {
        // Two readings within a millisecond, as on a busy machine, are one sample: the store keeps the later.
        const before = Number(n) - 1;
        if (gateway.ledger.readAtMs.get(before) === Number(ms)) gateway.ledger.readAtMs.delete(before);
        gateway.ledger.read(Number(n), Number(ms));
      } else if (what === 'a') gateway.ledger.accepted(Number(n));
      else gateway.waiting = Number(n);
    });
    this.#agents.set(gateway, agent);
    return agent;
  }

  async #end(gateway: Gateway): Promise<void> {
    const agent = this.#agents.get(gateway);
    this.#agents.delete(gateway);
    await agent?.end('SIGKILL');
  }

  /** Whether of each gateway a sample is stored that was read after this time; false while the store is away. */
  async isFresh(sinceMs: number): Promise<boolean> {
    for (const { plant } of this.#gateways) {
      const [pointId] = plant.pointIds;
      if (!pointId) throw new Error('a gateway without a point');
      const newest = await this.#servers.series.latest(plant.organisationId, [pointId]).then(
        (samples) => samples.get(pointId)?.sampledAtMs ?? 0,
        () => 0,
      );
      if (newest <= sinceMs) return false;
    }
    return true;
  }

  /** Ends the reading, waits until every outbox is empty, and ends the agents. What is not out by then is lost. */
  async drain(): Promise<void> {
    for (const gateway of this.#gateways) {
      await this.#end(gateway);
      gateway.waiting = Number.POSITIVE_INFINITY;
      this.#run(gateway, '--drain');
    }
    const untilMs = performance.now() + drainWithinMs;
    for (const gateway of this.#gateways) {
      while (gateway.waiting > 0 && performance.now() < untilMs) await pause(50);
      await this.#end(gateway);
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

  /** Ends those that still run, as where the campaign broke off: one that had ended by itself is not what broke it. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#gateways.map((gateway) => this.#end(gateway)));
  }
}
