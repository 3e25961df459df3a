import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { addConfig, ConfigCourier, configsOf, newestConfigs } from '@kuluma/cloud/pipelines/gateway-config.ts';
import type { KnownGateway } from '@kuluma/cloud/ports.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { GatewayConfig } from '@kuluma/shared/model/gateway-reports.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { ConfigReport } from '@kuluma/shared/wire/gateway-config.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { someGateway, someId, someOrganisation } from './some-records.ts';

const records = createRecords(pgliteDatabase());
beforeAll(() => records.start(new AbortController().signal));
afterAll(() => records.stop());

let gateway: KnownGateway;
/** What the gateway finds on its channel: retained texts, newest last. */
let channel: string[];
let isBrokerAway = false;
let courier: ConfigCourier;

const newCourier = () =>
  new ConfigCourier({
    records,
    log: createLogger('test', 'silent'),
    publish: async (to, payload) => {
      if (isBrokerAway) throw new AppError('LINK_DOWN', 'no broker');
      if (to.gatewayId === gateway.gatewayId) channel.push(payload);
    },
  });

beforeEach(async () => {
  const organisation = someOrganisation();
  const record = someGateway(organisation.id, '0'.repeat(64));
  gateway = { organisationId: organisation.id, gatewayId: record.id };
  channel = [];
  isBrokerAway = false;
  courier = newCourier();
  await records.transact(async (tx) => {
    await tx.insert('organisation', organisation);
    await tx.insert('gateway', record);
  });
});

const add = (yaml: string): Promise<GatewayConfig> =>
  records.transact((tx) =>
    addConfig({ clock: { now: () => 1_800_000_000_000, rate: 1 }, random: Math.random }, tx, {
      ...gateway,
      yaml,
      createdBy: { kind: 'policy', name: 'test' },
    }),
  );
const send = async (yaml: string) => {
  const { revision } = await add(yaml);
  await courier.publish(gateway);
  return revision;
};
const hear = (...reports: ConfigReport[]) => courier.heard(gateway, { config: { running: null, reports } });
const report = (revision: number, state: ConfigReport['state'], message = ''): ConfigReport => ({
  revision,
  state,
  message,
});
const states = async () => (await configsOf(records, gateway)).map(({ revision, state }) => `${revision} ${state}`);
const onChannel = () => {
  const text = channel.at(-1);
  return text ? JSON.parse(text) : text;
};

it('numbers the revisions of a gateway from 1, also when two are sent at once', async () => {
  await Promise.all([add('buses: []'), add('outbox: {}')]);
  await add('alarms: []');
  expect(await states()).toEqual(['3 sent', '2 sent', '1 sent']);
});

it('keeps out what would lock a gateway out, and what is no YAML', async () => {
  await expect(add('uplink: { url: mqtt://elsewhere }\nbuses: []')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    faults: [{ path: '/uplink' }],
  });
  await expect(add('buses: [')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(add('just a text')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  gateway = { ...gateway, gatewayId: someId('gateway') };
  await expect(add('buses: []')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('publishes the newest, enters what the gateway says of it, and its words', async () => {
  await send('buses: [1]');
  await send('buses: [2]');
  expect(onChannel()).toEqual({ v: 1, revision: 2, yaml: 'buses: [2]' });
  await hear(report(2, 'trial'));
  expect(await states()).toEqual(['2 sent', '1 refused']);
  await hear(report(2, 'applied'));
  expect(await states()).toEqual(['2 applied', '1 refused']);
  const [, first] = await configsOf(records, gateway);
  expect(first?.report).toMatch(/revision 2/);
});

it('shows the newest first, and the one that the gateway keeps however old it is', async () => {
  await send('buses: [1]');
  await hear(report(1, 'applied'));
  for (const at of [2, 3, 4]) await send(`buses: [${at}]`);
  const shown = async (most: number) => (await newestConfigs(records, gateway, most)).map(({ revision }) => revision);
  expect(await shown(2)).toEqual([4, 3, 1]);
  expect(await shown(4)).toEqual([4, 3, 2, 1]);
  expect(await shown(20)).toEqual([4, 3, 2, 1]);
});

it('puts back on the channel what holds when a newer one was rolled back, or takes it away', async () => {
  await send('buses: [1]');
  await hear(report(1, 'refused', '/buses/0 must be an object'));
  expect(onChannel()).toBe('');
  await send('buses: [2]');
  await hear(report(1, 'refused'), report(2, 'applied'));
  await send('buses: [3]');
  await hear(report(2, 'applied'), report(3, 'rolledBack', 'silent'));
  expect(onChannel()).toMatchObject({ revision: 2 });
  expect(await states()).toEqual(['3 rolledBack', '2 applied', '1 refused']);
});

it('publishes again what the gateway never saw, and what the broker did not take', async () => {
  isBrokerAway = true;
  await send('buses: [1]');
  expect(channel).toEqual([]);
  isBrokerAway = false;
  await courier.publishWaiting();
  expect(onChannel()).toMatchObject({ revision: 1 });
  await courier.publishWaiting();
  expect(channel).toHaveLength(1);
  await hear();
  expect(channel).toHaveLength(2);
  await hear(report(1, 'trial'));
  expect(channel).toHaveLength(2);
  courier = newCourier();
  await courier.start();
  expect(channel).toHaveLength(3);
});
