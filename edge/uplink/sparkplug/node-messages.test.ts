import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { decodeSparkplug, sparkplugTypes } from '@kuluma/shared/wire/sparkplug.ts';
import { expect, it } from 'vitest';
import { NodeMessages, type SparkplugDevice, type SparkplugMessage } from './node-messages.ts';

const random = seededRandom(1);
const [speed, flow, fan] = Array.from({ length: 3 }, () => newId('measurementPoint', random)) as [
  Sample['pointId'],
  Sample['pointId'],
  Sample['pointId'],
];
const pump: SparkplugDevice = {
  name: 'pump',
  points: [
    { pointId: speed, name: 'speed', unit: 'rpm' },
    { pointId: flow, name: 'flow', unit: '' },
  ],
};
const devices = [pump, { name: 'fan', points: [{ pointId: fan, name: 'speed', unit: 'rpm' }] }];
const nowMs = 1_790_000_000_000;
const sample = (pointId: Sample['pointId'], value: number, quality: Sample['quality'] = 'good'): Sample => ({
  pointId,
  value,
  quality,
  sampledAtMs: nowMs - 5,
});
const read = ({ topic, payload }: SparkplugMessage) => ({ topic, ...decodeSparkplug(payload) });
const messages = () => new NodeMessages({ group: 'plant', node: 'gw 1' }, devices);

it('tells a device with its points, and null for what was never read', () => {
  const last = (pointId: string) => (pointId === speed ? sample(speed, 1480) : undefined);
  expect(read(messages().deviceBirth(pump, last, nowMs))).toEqual({
    topic: 'spBv1.0/plant/DBIRTH/gw 1/pump',
    timestampMs: nowMs,
    seq: 0,
    metrics: [
      {
        name: 'speed',
        alias: 1,
        datatype: sparkplugTypes.Double,
        unit: 'rpm',
        timestampMs: nowMs - 5,
        value: { kind: 'double', value: 1480 },
      },
      { name: 'flow', alias: 2, datatype: sparkplugTypes.Double, timestampMs: nowMs, isNull: true },
    ],
  });
});

it('sends data by alias, and gives nothing uncertain out as good', () => {
  const qualities = ['good', 'uncertain', 'stale', 'bad'] as const;
  const { topic, metrics } = read(
    messages().deviceData(
      'fan',
      qualities.map((q) => sample(fan, 1, q)),
      nowMs,
    ),
  );
  expect(topic).toBe('spBv1.0/plant/DDATA/gw 1/fan');
  expect(metrics.map(({ name, alias, quality }) => [name, alias, quality])).toEqual([
    [undefined, 3, undefined],
    [undefined, 3, 0],
    [undefined, 3, 500],
    [undefined, 3, 0],
  ]);
});

it('counts its messages from each birth on and over 255, deaths of the node apart', () => {
  const node = messages();
  const seqs = () => Array.from({ length: 300 }, () => read(node.deviceDeath('fan', nowMs)).seq);
  expect(read(node.nodeBirth(0, nowMs)).seq).toBe(0);
  expect(seqs()).toEqual(Array.from({ length: 300 }, (_, i) => (i + 1) % 256));
  expect(read(node.nodeDeath(0, nowMs)).seq).toBeUndefined();
  expect(read(node.nodeBirth(0, nowMs)).seq).toBe(0);
});

it('ties a death to its birth by a number of one byte', () => {
  const bdSeq = (message: SparkplugMessage) => read(message).metrics[0];
  expect(bdSeq(messages().nodeBirth(259, nowMs))).toEqual(bdSeq(messages().nodeDeath(259, nowMs)));
  expect(bdSeq(messages().nodeDeath(259, nowMs))).toMatchObject({ name: 'bdSeq', value: { kind: 'long', value: 3n } });
});
