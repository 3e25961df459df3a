import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downChannels, topicOf, upChannels } from '@kuluma/shared/model/topics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addPlant,
  connectGateway,
  type RunningIngest,
  startIngest,
  type TestPlant,
  token,
} from '../e2e/start-ingest.ts';
import { someGateway } from './some-records.ts';

/** Every channel, of the own gateway, of another one of the same company and of another company: published and heard. */

let dir: string;
let running: RunningIngest;
let own: TestPlant;
let others: Record<
  'another gateway of the company' | 'another company',
  Pick<TestPlant, 'organisationId' | 'gatewayId'>
>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-mqtt-rights-'));
  running = await startIngest(dir);
  own = await addPlant(running.records, 1);
  const sibling = someGateway(own.organisationId, createHash('sha256').update(token).digest('hex'));
  await running.records.transact((tx) => tx.insert('gateway', sibling));
  others = {
    'another gateway of the company': { organisationId: own.organisationId, gatewayId: sibling.id },
    'another company': await addPlant(running.records, 1),
  };
});
afterAll(async () => {
  await running.stop();
  await rm(dir, { recursive: true, force: true });
});

const connect = () => connectGateway(running.ingest.url(), own.gatewayId);
type Place = Pick<TestPlant, 'organisationId' | 'gatewayId'>;
const places = (): [string, Place][] => [['the own gateway', own], ...Object.entries(others)];
const channels = [...upChannels, ...downChannels];

/** Whether the broker took it; it ends the connection of whoever publishes where they may not. */
const isTaken = async (topic: string): Promise<boolean> => {
  const client = await connect();
  client.on('error', () => undefined);
  const closed = new Promise<false>((resolve) => client.once('close', () => resolve(false)));
  const published = client.publishAsync(topic, 'nothing of use', { qos: 1 }).then(
    () => true,
    () => false,
  );
  const taken = await Promise.race([published, closed]);
  await client.endAsync(true);
  return taken;
};

describe('the rights of a gateway at the broker', () => {
  it('are to publish on its own channels up, and on no other', async () => {
    const cells: [string, boolean][] = [];
    for (const [name, { organisationId, gatewayId }] of places())
      for (const channel of channels) {
        const taken = await isTaken(topicOf(organisationId, gatewayId, channel));
        cells.push([`${name} ${channel}`, taken]);
      }
    const may = cells.flatMap(([cell, taken]) => (taken ? cell : []));
    expect(may).toEqual(upChannels.map((channel) => `the own gateway ${channel}`));
    expect(cells).toHaveLength(3 * channels.length);
  });

  it('are to hear its own channels down, spelled out, and no other', async () => {
    const client = await connect();
    const may: string[] = [];
    const granted = async (topic: string) =>
      (await client.subscribeAsync(topic).catch(() => [{ qos: 128 }]))[0]?.qos !== 128;
    for (const [name, { organisationId, gatewayId }] of places())
      for (const channel of channels)
        if (await granted(topicOf(organisationId, gatewayId, channel))) may.push(`${name} ${channel}`);
    expect(may).toEqual(downChannels.map((channel) => `the own gateway ${channel}`));
    for (const filter of ['#', '+/+/+/+/config', `kuluma/v1/${own.organisationId}/#`, '$SYS/#', '$share/a/kuluma/#'])
      expect(await granted(filter), filter).toBe(false);
    await client.endAsync();
  });
});
