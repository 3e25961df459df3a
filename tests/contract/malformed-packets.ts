import type { Random } from '@kuluma/shared/clock.ts';
import { AlarmEvent, Gap, Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import { Sample, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { downChannels, sampleClasses, topicOf, upChannels } from '@kuluma/shared/model/topics.ts';
import { ByteWriter } from '@kuluma/shared/wire/bytes.ts';
import { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { encodeLetter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { recordKinds, recordVersion } from '@kuluma/shared/wire/record.ts';
import { writeSamples } from '@kuluma/shared/wire/samples-body.ts';
import { encodeSparkplug } from '@kuluma/shared/wire/sparkplug.ts';
import { commandFilters, nodeMessageTypes, sparkplugTopicOf } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { generate, type Packet, type QoS } from 'mqtt-packet';
import { Type } from 'typebox';
import type { TestPlant } from '../e2e/start-ingest.ts';
import { anyOf, type JsonSchema, malformed } from './malformed-values.ts';

/** What a gateway may be, and whose points it must not reach. */
export interface Attacked {
  readonly own: TestPlant;
  readonly foreign: TestPlant;
}

const idsOf = ({ own, foreign }: Attacked): string[] =>
  [own, foreign].flatMap(({ organisationId, gatewayId, pointIds }) => [organisationId, gatewayId, ...pointIds]);

const jsonOf = (schema: object, random: Random, ids: readonly string[]): Uint8Array =>
  Buffer.from(JSON.stringify(malformed(schema as JsonSchema, random, ids, 0.05)) ?? '');

/** Samples as their schema has them, more or less, in the columns of the wire. */
const samplesBody = (random: Random, pointIds: readonly TestPlant['pointIds'][number][], ids: readonly string[]) => {
  const writer = new ByteWriter();
  const nasty = [Number.NaN, Number.POSITIVE_INFINITY, 1e308, -0, 5e-324];
  const samples = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
    const sample = malformed(Sample as JsonSchema, random, ids, 0.02) as Partial<Sample> | null;
    const { value, sampledAtMs } = sample ?? {};
    return {
      value: random() < 0.05 ? anyOf(random, nasty) : typeof value === 'number' ? value : Number.NaN,
      sampledAtMs: Number.isSafeInteger(sampledAtMs) ? Number(sampledAtMs) : -1,
      quality: random() < 0.02 ? 9 : Math.floor(random() * sampleQualities.length),
      point: random() < 0.02 ? pointIds.length + 7 : Math.floor(random() * pointIds.length),
    };
  });
  writeSamples(writer, {
    tableId: random() < 0.1 ? '0'.repeat(16) : tableIdOf(pointIds),
    count: samples.length,
    point: Uint32Array.from(samples, ({ point }) => point),
    sampledAtMs: Float64Array.from(samples, ({ sampledAtMs }) => sampledAtMs),
    value: Float64Array.from(samples, ({ value }) => value),
    quality: Uint8Array.from(samples, ({ quality }) => quality),
  });
  return writer.done();
};

const framed = (bytes: Uint8Array): Uint8Array => {
  const writer = new ByteWriter();
  writer.count(bytes.length);
  writer.bytes(bytes);
  return writer.done();
};

/** A letter whose frame is right and whose record is much like what its schema asks for. */
const letter = (attacked: Attacked, random: Random, seq: number): Uint8Array => {
  const ids = idsOf(attacked);
  const pointIds = (random() < 0.9 ? attacked.own : attacked.foreign).pointIds;
  const kind = anyOf(random, recordKinds);
  const writer = new ByteWriter();
  for (const byte of [recordVersion, recordKinds.indexOf(kind), Math.floor(random() * sampleClasses.length), 0])
    writer.byte(byte);
  writer.count(random() < 0.05 ? Number.MAX_SAFE_INTEGER : 1);
  writer.count(seq);
  writer.bytes(Buffer.from((random() < 0.95 ? attacked.own : attacked.foreign).gatewayId.slice(4)));
  if (kind === 'samples') writer.bytes(samplesBody(random, pointIds, ids));
  else if (kind === 'gap') writer.bytes(framed(jsonOf(Gap, random, ids)));
  else if (kind === 'alarms') writer.bytes(framed(jsonOf(Type.Array(AlarmEvent), random, ids)));
  else writer.bytes(Buffer.concat([framed(jsonOf(Type.Omit(Waveform, ['values']), random, ids)), Buffer.alloc(8)]));
  const tables = random() < 0.8 ? [{ tableId: tableIdOf(pointIds), pointIds }] : [];
  return encodeLetter({ record: writer.done(), tables, restampMs: random() < 0.1 ? -1e12 : null });
};

const sparkplug = (random: Random): Uint8Array =>
  encodeSparkplug({
    timestampMs: anyOf(random, [0, 1_795_305_600_000, 2 ** 53]),
    seq: Math.floor(random() * 300),
    metrics: Array.from({ length: Math.floor(random() * 4) }, () => ({
      name: anyOf(random, ['bdSeq', 'a', '', 'x'.repeat(3000), 'Node Control/Rebirth']),
      alias: anyOf(random, [0, 1, 2n ** 63n]),
      datatype: Math.floor(random() * 40),
      value: anyOf(random, [
        { kind: 'double' as const, value: Number.NaN },
        { kind: 'long' as const, value: 7n },
        { kind: 'notNumeric' as const },
      ]),
    })),
  });

/** Some bytes of it wrong, missing or too many. */
const damaged = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return Buffer.of(Math.floor(random() * 256));
  const at = Math.floor(random() * copy.length);
  const how = random();
  if (how < 0.3) return copy.subarray(0, at);
  if (how < 0.5) return Buffer.concat([copy.subarray(0, at), Buffer.from(`${random()}`), copy.subarray(at)]);
  for (let n = 0; n < 1 + random() * 4; n++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
};

const topicFor = ({ own, foreign }: Attacked, random: Random): string => {
  const { organisationId, gatewayId } = random() < 0.97 ? own : foreign;
  const node = { group: 'group', node: anyOf(random, ['a', 'b']) };
  if (random() < 0.1) return sparkplugTopicOf({ ...node, type: anyOf(random, nodeMessageTypes), device: 'd' });
  return topicOf(organisationId, gatewayId, anyOf(random, random() < 0.97 ? upChannels : downChannels));
};

const payloadFor = (topic: string, attacked: Attacked, random: Random, seq: number): Uint8Array => {
  const payload = topic.startsWith('spBv1.0')
    ? sparkplug(random)
    : topic.endsWith('/state')
      ? jsonOf(GatewayState, random, idsOf(attacked))
      : letter(attacked, random, seq);
  return random() < 0.3 ? damaged(payload, random) : payload;
};

const packetFor = (attacked: Attacked, random: Random, n: number): Packet => {
  const messageId = 1 + (n % 65_535);
  const topic = topicFor(attacked, random);
  const filters = [topic, '#', '$share/a/b', ...commandFilters({ group: 'group', node: 'a' }), 'a/+/b'];
  const qos = (random() < 0.7 ? 1 : Math.floor(random() * 3)) as QoS;
  const kind = random();
  if (kind < 0.8) {
    const payload = Buffer.from(payloadFor(topic, attacked, random, n));
    return { cmd: 'publish', topic, payload, qos, messageId, retain: random() < 0.1, dup: qos > 0 && random() < 0.1 };
  }
  if (kind < 0.87) return { cmd: 'subscribe', messageId, subscriptions: [{ topic: anyOf(random, filters), qos }] };
  if (kind < 0.9) return { cmd: 'unsubscribe', messageId, unsubscriptions: [anyOf(random, filters)] };
  return { cmd: anyOf(random, ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const), messageId };
};

export interface MalformedPacket {
  readonly bytes: Uint8Array;
  /** Whether its frame is that of MQTT: a connection may go on after it. */
  readonly isWhole: boolean;
}

/** The `n`-th packet of a gateway of which something may be wrong: its frame, its topic, its letter, or what the letter says. */
export const malformedPacket = (attacked: Attacked, random: Random, n: number): MalformedPacket => {
  const bytes = generate(packetFor(attacked, random, n));
  return random() < 0.15 ? { bytes: damaged(bytes, random), isWhole: false } : { bytes, isWhole: true };
};
