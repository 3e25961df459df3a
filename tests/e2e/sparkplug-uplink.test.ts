import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkplugUplink } from '@kuluma/edge/uplink/sparkplug/sparkplug-uplink.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState } from '@kuluma/shared/wire/gateway-state.ts';
import { hostStateTopic } from '@kuluma/shared/wire/sparkplug-topic.ts';
import mqtt, { type MqttClient } from 'mqtt';
import sparkplug from 'sparkplug-payload';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { needs, serviceAt } from '../services.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { captureTcp, type TcpCapture } from './tcp-capture.ts';

/** The library of Eclipse Tahu. */
const theirs = sparkplug.get('spBv1.0');
if (!theirs) throw new Error('sparkplug-payload knows no spBv1.0');

const random = seededRandom(5);
const [speed, flow] = [newId('measurementPoint', random), newId('measurementPoint', random)];
const startMs = 1_790_000_000_000;
const devices = [
  {
    name: 'pump',
    points: [
      { pointId: speed, name: 'speed', unit: 'rpm' },
      { pointId: flow, name: 'flow', unit: 'l/s' },
    ],
  },
];
let nextMs = startMs;
const sample = (pointId: Sample['pointId'], value: number): Sample => ({
  pointId,
  value,
  quality: 'good',
  sampledAtMs: nextMs++,
});

interface Seen {
  readonly topic: string;
  readonly retain: boolean;
  readonly seq: number | undefined;
  /** By name, or by alias where there is no name. */
  readonly metrics: Record<string, unknown>;
}

const { skip, title } = needs('mosquitto', 'the Sparkplug B uplink on mosquitto, read by another library');
describe.skipIf(skip)(title, () => {
  let broker: RunningMosquitto;
  let capture: TcpCapture;
  let host: MqttClient;
  let uplink: SparkplugUplink;
  let seen: Seen[];
  let bdSeq: number;
  let quality: DeviceState['quality'];
  beforeAll(async () => {
    broker = await startMosquitto();
    capture = await captureTcp(broker.port);
  });
  afterAll(async () => {
    capture?.stop();
    await broker?.stop();
  });

  const see = (topic: string, payload: Buffer, retain: boolean) => {
    const { seq, metrics } = theirs.decodePayload(payload);
    seen.push({
      topic,
      retain,
      seq: seq === undefined || seq === null ? undefined : Number(seq),
      metrics: Object.fromEntries((metrics ?? []).map((m) => [m.name || `#${m.alias}`, m.value])),
    });
  };
  const start = (options: { primaryHost?: string } = {}) => {
    uplink = new SparkplugUplink(
      {
        url: `mqtt://127.0.0.1:${capture.port}`,
        group: 'plant',
        node: 'gw 1',
        clientId: 'gateway-sparkplug',
        nextBdSeq: () => bdSeq++,
        ...options,
      },
      devices,
      {
        clock: { now: () => startMs, rate: 1 },
        timer: wallTimer,
        random,
        log: createLogger('test', 'silent'),
        devices: () => [{ name: 'pump', quality } as DeviceState],
      },
    );
    return uplink.start();
  };
  beforeEach(async () => {
    seen = [];
    bdSeq = 41;
    quality = 'unknown';
    host = await mqtt.connectAsync(broker.url);
    host.on('message', (topic, payload, { retain }) => topic.includes('NCMD') || see(topic, payload, retain));
    await host.subscribeAsync('spBv1.0/plant/#', { qos: 1 });
  });
  afterEach(async () => {
    await uplink.stop();
    await host.endAsync();
  });

  const topics = () => seen.map(({ topic }) => topic.replace('spBv1.0/plant/', '').replace('/gw 1', ''));
  const offerReading = (value: number) => {
    quality = 'good';
    uplink.offer([sample(speed, value)]);
  };
  const untilSeen = (...expected: string[]) => expect.poll(topics).toEqual(expected);
  const rebirth = () =>
    host.publishAsync(
      'spBv1.0/plant/NCMD/gw 1',
      Buffer.from(
        theirs.encodePayload({
          timestamp: startMs,
          metrics: [{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }],
        }),
      ),
    );

  it('tells births, data by alias, and its death', async () => {
    await start();
    await untilSeen('NBIRTH');
    offerReading(1480);
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump');
    uplink.offer([sample(speed, 1481), sample(flow, 12.5)]);
    await uplink.stop();
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump', 'DDATA/pump', 'NDEATH');
    expect(JSON.parse(JSON.stringify(seen.map(({ seq, retain, metrics }) => ({ seq, retain, metrics }))))).toEqual([
      {
        seq: 0,
        retain: false,
        metrics: { bdSeq: { low: 41, high: 0, unsigned: false }, 'Node Control/Rebirth': false },
      },
      { seq: 1, retain: false, metrics: { speed: 1480, flow: null } },
      { seq: 2, retain: false, metrics: { '#1': 1480 } },
      { seq: 3, retain: false, metrics: { '#1': 1481, '#2': 12.5 } },
      { retain: false, metrics: { bdSeq: { low: 41, high: 0, unsigned: false } } },
    ]);
    expect(uplink.counters).toEqual({ published: 3, dropped: 0 });
  });

  it('tells its births again when a host asks, with the latest values', async () => {
    await start();
    await untilSeen('NBIRTH');
    offerReading(1490);
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump');
    uplink.offer([sample(flow, 9)]);
    await rebirth();
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump', 'DDATA/pump', 'NBIRTH', 'DBIRTH/pump');
    expect(seen.slice(-2)).toMatchObject([{ seq: 0 }, { seq: 1, metrics: { speed: 1490, flow: 9 } }]);
  });

  it('ends a device that goes bad, and bears it again when it answers', async () => {
    await start();
    await untilSeen('NBIRTH');
    offerReading(1);
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump');
    quality = 'bad';
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump', 'DDEATH/pump');
    offerReading(2);
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump', 'DDEATH/pump', 'DBIRTH/pump', 'DDATA/pump');
    expect(seen.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is dead to its hosts when the connection breaks, and comes back under the next number', async () => {
    await start();
    await untilSeen('NBIRTH');
    capture.cut();
    uplink.offer([sample(speed, 7)]);
    await untilSeen('NBIRTH', 'NDEATH', 'NBIRTH');
    const bdSeq = (low: number) => expect.objectContaining({ bdSeq: expect.objectContaining({ low }) });
    expect(seen.map(({ metrics }) => metrics)).toEqual([bdSeq(41), bdSeq(41), bdSeq(42)]);
    expect(uplink.counters).toEqual({ published: 0, dropped: 1 });
  });

  it('stops although the broker hangs, which then tells its death', async () => {
    await start();
    await untilSeen('NBIRTH');
    broker.pause();
    await uplink.stop();
    broker.resume();
    await expect.poll(topics).toContain('NDEATH');
  });

  it('is silent until its primary host is there, and when that leaves', async () => {
    const tell = (online: boolean, timestamp: number) =>
      host.publishAsync(hostStateTopic('scada'), JSON.stringify({ online, timestamp }), { qos: 1, retain: true });
    await tell(false, 1);
    await start({ primaryHost: 'scada' });
    await rebirth();
    expect(topics()).toEqual([]);
    await tell(true, 2);
    await expect.poll(topics).toContain('NBIRTH');
    await tell(false, 3);
    await untilSeen('NBIRTH', 'NDEATH');
  });

  const dissector = needs('tshark', 'is dissected by tshark as Sparkplug B, field by field');
  it.skipIf(dissector.skip)(dissector.title, async () => {
    await start();
    await untilSeen('NBIRTH');
    offerReading(1480);
    await untilSeen('NBIRTH', 'DBIRTH/pump', 'DDATA/pump');
    const seenOnTheWire = dissect(capture.pcap(), broker.port);
    expect(seenOnTheWire['sparkplugb.messagetype']?.slice(-3)).toEqual(['NBIRTH', 'DBIRTH', 'DDATA']);
    expect(seenOnTheWire['sparkplugb.edgenodeid']?.at(-1)).toBe('gw 1');
    expect(seenOnTheWire['sparkplugb.deviceid']?.slice(-2)).toEqual(['pump', 'pump']);
    const ofBirths = ['bdSeq', 'Node Control/Rebirth', 'speed', 'engUnit', 'rpm', 'flow', 'engUnit', 'l/s'];
    expect(seenOnTheWire['protobuf.field.value.string']?.slice(-ofBirths.length)).toEqual(ofBirths);
    expect(seenOnTheWire['protobuf.field.value.double']?.slice(-2)).toEqual(['1480', '1480']);
    const ofData = ['timestamp', 'metrics', 'alias', 'timestamp', 'datatype', 'double_value', 'seq'];
    expect(seenOnTheWire['protobuf.field.name']?.slice(-ofData.length)).toEqual(ofData);
    expect(seenOnTheWire).toMatchObject({ '_ws.malformed': [], 'protobuf.field.failed_parse_field': [] });
  });
});

/** Fields that tshark finds in the messages of edge nodes: all occurrences of each in their order. */
const dissect = (pcap: Buffer, port: number): Record<string, string[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-capture-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'mqtt.pcap'), pcap);
  copyFileSync(join(import.meta.dirname, 'sparkplug.proto'), join(dir, 'sparkplug.proto'));
  const fields = [
    ...['messagetype', 'edgenodeid', 'deviceid'].map((name) => `sparkplugb.${name}`),
    ...['name', 'value.string', 'value.double', 'failed_parse_field'].map((name) => `protobuf.field.${name}`),
    '_ws.malformed',
  ];
  const input = ['-r', join(dir, 'mqtt.pcap'), '-d', `tcp.port==${port},mqtt`, '-Y', 'sparkplugb.edgenodeid'];
  const schema = ['-o', `uat:protobuf_search_paths:"${dir}","TRUE"`];
  const output = ['-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const text = execFileSync(serviceAt('tshark') ?? '', [...input, ...schema, ...output], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rows = text.split('\n').map((line) => line.split('\t'));
  const column = (i: number) => rows.flatMap((row) => row[i]?.split(',') ?? []).filter((cell) => cell !== '');
  return Object.fromEntries(fields.map((field, i) => [field, column(i)]));
};
