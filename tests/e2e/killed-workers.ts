import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import type { Records, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { encodeLetter } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord } from '@kuluma/shared/wire/record.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { startInfluxd } from '../start-influxd.ts';
import { startMosquitto } from '../start-mosquitto.ts';
import { startPostgres } from '../start-postgres.ts';
import { letterOf } from './letters.ts';
import { addPlant, type TestPlant } from './start-ingest.ts';

export interface KilledWorkers {
  readonly kills: number;
  /** Samples that mosquitto acknowledged. */
  readonly sent: number;
  /** Of those, not in the store; and in the store with another value than was sent, or not sent at all. */
  readonly lost: number;
  readonly wrong: number;
  /** Alarms that mosquitto acknowledged, and that stand in the records; each of its own rule. */
  readonly alarmsSent: number;
  readonly alarmsStored: number;
  readonly alarmsDistinct: number;
}

const gateways = 10;
const pointsEach = 20;
const letterEveryMs = 50;
const alarmEvery = 10;
const killEveryMs = 2000;
const firstAtMs = Date.UTC(2026, 0, 1);
/** How long nothing more may come before what is missing counts as lost. */
const patienceMs = 30_000;

const valueFor = (seq: number, point: number): number => seq + point / 32;

interface Sender {
  readonly plant: TestPlant;
  /** Letters that the broker acknowledged, by seq. */
  readonly acked: Set<number>;
  readonly alarms: Set<number>;
  stop(): Promise<void>;
}

const letterFor = ({ gatewayId, pointIds }: TestPlant, seq: number): Buffer =>
  letterOf(
    { gatewayId, epoch: 1, class: 'live', seq },
    pointIds.map((pointId, i) => ({ pointId, sampledAtMs: firstAtMs + seq, value: valueFor(seq, i), quality: 'good' })),
    // As an agent that got its acknowledgement: whoever gets the next letter has to know the table from elsewhere.
    { withTable: seq === 0 },
  );

const alarmFor = ({ gatewayId, pointIds }: TestPlant, seq: number): Buffer => {
  const alarm = {
    ...{ pointId: pointIds[0] as TestPlant['pointIds'][number], rule: `rule ${seq}`, occurredAtMs: firstAtMs + seq },
    ...{ state: 'raised' as const, severity: 'alarm' as const, value: 1, limit: 0 },
  };
  const record = encodeRecord({ key: { gatewayId, epoch: 1, class: 'alarm', seq }, kind: 'alarms', alarms: [alarm] });
  return Buffer.from(encodeLetter({ record, tables: [], restampMs: null }));
};

const startSender = async (url: string, plant: TestPlant): Promise<Sender> => {
  const client: MqttClient = await connectAsync(url, { clientId: plant.gatewayId });
  const [acked, alarms] = [new Set<number>(), new Set<number>()];
  const sending = new Set<Promise<void>>();
  const send = (lane: 'live' | 'alarm', letter: Buffer, seq: number, into: Set<number>): void => {
    const sent = client
      .publishAsync(topicOf(plant.organisationId, plant.gatewayId, lane), letter, { qos: 1 })
      .then(() => {
        into.add(seq);
        sending.delete(sent);
      });
    sending.add(sent);
  };
  let seq = 0;
  const timer = setInterval(() => {
    send('live', letterFor(plant, seq), seq, acked);
    if (seq % alarmEvery === 0) send('alarm', alarmFor(plant, seq), seq, alarms);
    seq++;
  }, letterEveryMs);
  return {
    plant,
    acked,
    alarms,
    async stop() {
      clearInterval(timer);
      await Promise.all(sending);
      await client.endAsync();
    },
  };
};

/** Until the workers hear both lanes: before that the broker has nobody to keep a message for, and drops it. */
const untilHeard = async (url: string, plant: TestPlant, records: Records, store: TimeSeriesStore): Promise<void> => {
  const { organisationId, gatewayId, pointIds } = plant;
  const client = await connectAsync(url, { clientId: gatewayId });
  const ask = (lane: 'live' | 'alarm', letter: Buffer) =>
    client.publishAsync(topicOf(organisationId, gatewayId, lane), letter, { qos: 1 });
  const isHeard = async (): Promise<boolean> => {
    const range = { organisationId, pointId: pointIds[0] as TestPlant['pointIds'][number] };
    return (
      (await store.count({ ...range, fromMs: 0, toMs: firstAtMs * 2 })) > 0 &&
      (await records.count('alarm', organisationId)) > 0
    );
  };
  while (!(await isHeard())) {
    await ask('live', letterFor(plant, 0));
    await ask('alarm', alarmFor(plant, 0));
    await pause(100);
  }
  await client.endAsync();
};

/** Two ingest workers, one of which is killed and started again every two seconds. */
const startWorkers = (args: readonly string[], root: string) => {
  const start = (name: string): ChildProcess =>
    spawn(process.execPath, [join(import.meta.dirname, 'ingest-worker-child.ts'), join(root, name), ...args], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  const names = ['one', 'two'];
  const workers = names.map(start);
  let kills = 0;
  const kill = async (i: number): Promise<void> => {
    const worker = workers[i] as ChildProcess;
    const exited = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exited;
  };
  return {
    kills: () => kills,
    async killNext() {
      const i = kills++ % workers.length;
      await kill(i);
      workers[i] = start(names[i] as string);
    },
    stop: async () => {
      for (const i of workers.keys()) await kill(i);
    },
  };
};

const compare = async (store: TimeSeriesStore, { plant, acked }: Sender): Promise<{ lost: number; wrong: number }> => {
  let [lost, wrong] = [0, 0];
  const range = { organisationId: plant.organisationId, fromMs: 0, toMs: firstAtMs * 2 };
  for (const [i, pointId] of plant.pointIds.entries()) {
    const stored = await store.read({ ...range, pointId });
    const seqs = new Set(stored.map(({ sampledAtMs }) => sampledAtMs - firstAtMs));
    lost += [...acked].filter((seq) => !seqs.has(seq)).length;
    wrong += stored.filter(({ sampledAtMs, value }) => value !== valueFor(sampledAtMs - firstAtMs, i)).length;
    wrong += stored.length - seqs.size + [...seqs].filter((seq) => !acked.has(seq)).length;
  }
  return { lost, wrong };
};

const outcomeOf = async (store: TimeSeriesStore, records: Records, senders: readonly Sender[]) => {
  const rules: string[] = [];
  let [lost, wrong] = [0, 0];
  for (const sender of senders) {
    const compared = await compare(store, sender);
    lost += compared.lost;
    wrong += compared.wrong;
    const { organisationId, gatewayId } = sender.plant;
    rules.push(...(await records.list('alarm', organisationId)).map(({ rule }) => `${gatewayId} ${rule}`));
  }
  return { lost, wrong, alarmsStored: rules.length, alarmsDistinct: new Set(rules).size };
};

/** Gateways publish to a mosquitto of which two workers share the messages, while one after the other is killed. */
export const killWorkers = async (seconds: number): Promise<KilledWorkers> => {
  const root = mkdtempSync(join(tmpdir(), 'kuluma-workers-'));
  const [postgres, influxd] = [await startPostgres(), await startInfluxd()];
  const mosquitto = await startMosquitto((folder) => [
    ...['persistence true', `persistence_location ${folder}/`, 'user root', 'max_queued_messages 0'],
  ]);
  postgres.createDatabase('kuluma');
  const log = createLogger('test', 'silent');
  const records = createRecords(serverDatabase({ url: postgres.url('kuluma') }, log));
  const store = createInfluxTimeSeries({ url: influxd.url, database: 'kuluma' });
  const { signal } = new AbortController();
  for (const part of [records, store]) await part.start(signal);
  const plants: TestPlant[] = [];
  for (let i = 0; i < gateways; i++) plants.push(await addPlant(records, pointsEach));
  const workers = startWorkers([mosquitto.url, postgres.url('kuluma'), influxd.url], root);
  await untilHeard(mosquitto.url, await addPlant(records, pointsEach), records, store);
  const senders: Sender[] = [];
  for (const plant of plants) senders.push(await startSender(mosquitto.url, plant));
  for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs += killEveryMs) {
    await pause(killEveryMs);
    await workers.killNext();
  }
  for (const sender of senders) await sender.stop();
  const alarmsSent = senders.reduce((sum, { alarms }) => sum + alarms.size, 0);
  const sent = senders.reduce((sum, { acked }) => sum + acked.size * pointsEach, 0);
  let outcome = await outcomeOf(store, records, senders);
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += killEveryMs) {
    if (outcome.lost === 0 && outcome.alarmsDistinct === alarmsSent) break;
    await pause(killEveryMs);
    const next = await outcomeOf(store, records, senders);
    if (next.lost < outcome.lost || next.alarmsDistinct > outcome.alarmsDistinct) waitedMs = 0;
    outcome = next;
  }
  await workers.stop();
  for (const part of [store, records]) await part.stop();
  await mosquitto.stop();
  await influxd.stop();
  postgres.stop();
  rmSync(root, { recursive: true });
  return { kills: workers.kills(), sent, alarmsSent, ...outcome };
};
