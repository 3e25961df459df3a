import { mqttUplink } from '@kuluma/edge/uplink/mqtt-uplink.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { encodeLetter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord } from '@kuluma/shared/wire/record.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from './edge-broker.ts';
import { freePort, gatewayId, Ledger, organisationId, pointId, until } from './edge-harness.ts';

const { pointIds, ...columns } = columnsOf([{ pointId, sampledAtMs: 1, value: 1, quality: 'good' }]);
const tableId = tableIdOf(pointIds);
const payload = encodeLetter({
  record: encodeRecord({
    key: { gatewayId, epoch: 1, class: 'live', seq: 0 },
    kind: 'samples',
    samples: { ...columns, tableId },
  }),
  tables: [{ tableId, pointIds }],
  restampMs: null,
});
const will = new TextEncoder().encode(JSON.stringify({ online: false }));
const { signal } = new AbortController();
const onMessage = () => undefined;

describe('the MQTT uplink', () => {
  const ledger = new Ledger();
  let broker: Broker;
  let port = 0;
  beforeEach(async () => {
    port = await freePort();
    broker = new Broker(ledger);
    await broker.start(port);
  });
  afterEach(() => broker.stop());

  const uplink = (over: object = {}) =>
    mqttUplink({
      url: `mqtt://127.0.0.1:${port}`,
      organisationId,
      gatewayId,
      token: 'secret',
      connectTimeoutMs: 5000,
      ackTimeoutMs: 5000,
      ...over,
    });

  it('resolves a send when the broker has acknowledged it, and ends without its will', async () => {
    const session = await uplink().connect(will, signal, onMessage);
    await session.send('live', payload);
    expect(ledger.values).toEqual([1]);
    await session.end();
    await session.closed;
    expect(broker.states).toEqual([]);
  });

  it('tells a broker that refuses the token from one that is not there', async () => {
    await expect(uplink({ token: 'wrong' }).connect(will, signal, onMessage)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await broker.stop();
    await expect(uplink().connect(will, signal, onMessage)).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });

  it('rejects what was on its way when the connection ended, and what is sent after', async () => {
    const session = await uplink().connect(will, signal, onMessage);
    broker.isSilent = true;
    const sent = session.send('live', payload);
    const rejected = expect(sent).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await broker.stop();
    await rejected;
    await session.closed;
    await expect(session.send('live', payload)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await session.end();
  });

  it('gives up a session in which nothing is acknowledged, and the broker then publishes the will', async () => {
    const session = await uplink({ ackTimeoutMs: 50 }).connect(will, signal, onMessage);
    broker.isSilent = true;
    await expect(session.send('live', payload)).rejects.toMatchObject({ code: 'LINK_DOWN' });
    await session.closed;
    await until('the will is out', () => broker.states.length > 0);
    expect(broker.states).toEqual([{ online: false }]);
  });
});
