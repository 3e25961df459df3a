import type { Sample } from '@kuluma/shared/model/sample.ts';
import {
  bdSeqMetric,
  encodeSparkplug,
  rebirthMetric,
  type SparkplugMetric,
  sparkplugQualities,
  sparkplugTypes,
} from '@kuluma/shared/wire/sparkplug.ts';
import { type EdgeNodeName, type NodeMessageType, sparkplugTopicOf } from '@kuluma/shared/wire/sparkplug-topic.ts';

/** A point of a device as other hosts see it. */
export interface SparkplugPoint {
  readonly pointId: Sample['pointId'];
  readonly name: string;
  readonly unit: string;
}

export interface SparkplugDevice {
  readonly name: string;
  readonly points: readonly SparkplugPoint[];
}

export interface SparkplugMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const seqs = 256;

/** Hosts know three codes. What is uncertain must not pass for good. */
const qualityOf = ({ quality }: Sample): Pick<SparkplugMetric, 'quality'> => {
  if (quality === 'good') return {};
  return { quality: quality === 'stale' ? sparkplugQualities.stale : sparkplugQualities.bad };
};

/** The type stands in data too, though their readers know it: the JavaScript library of Eclipse Tahu finds no value without. */
const reading = (sample: Sample): SparkplugMetric => ({
  timestampMs: sample.sampledAtMs,
  datatype: sparkplugTypes.Double,
  ...qualityOf(sample),
  value: { kind: 'double', value: sample.value },
});

const bdSeqOf = (bdSeq: number, timestampMs: number): SparkplugMetric => ({
  name: bdSeqMetric,
  timestampMs,
  datatype: sparkplugTypes.Int64,
  value: { kind: 'long', value: BigInt(bdSeq % seqs) },
});

/**
 * The messages of one edge node in their sequence (Eclipse Sparkplug 3.0.0, sections 5 and 6.4). A device is a device,
 * a metric is a point under the name that its profile gives it; aliases are counted over all devices.
 */
export class NodeMessages {
  readonly #name: EdgeNodeName;
  readonly #alias = new Map<Sample['pointId'], number>();
  #seq = 0;

  constructor(name: EdgeNodeName, devices: readonly SparkplugDevice[]) {
    this.#name = name;
    for (const { pointId } of devices.flatMap(({ points }) => points)) this.#alias.set(pointId, this.#alias.size + 1);
  }

  /** To be left with the broker as the will of the connection. It alone has no seq. */
  nodeDeath(bdSeq: number, nowMs: number): SparkplugMessage {
    const payload = encodeSparkplug({ timestampMs: nowMs, metrics: [bdSeqOf(bdSeq, nowMs)] });
    return { topic: sparkplugTopicOf({ ...this.#name, type: 'NDEATH' }), payload };
  }

  /** Begins the sequence. */
  nodeBirth(bdSeq: number, nowMs: number): SparkplugMessage {
    this.#seq = 0;
    const rebirth: SparkplugMetric = {
      name: rebirthMetric,
      timestampMs: nowMs,
      datatype: sparkplugTypes.Boolean,
      value: { kind: 'boolean', value: false },
    };
    return this.#message('NBIRTH', undefined, [bdSeqOf(bdSeq, nowMs), rebirth], nowMs);
  }

  /** @param last sample of a point, under its own time; a point that was never read is null */
  deviceBirth(
    { name, points }: SparkplugDevice,
    last: (pointId: Sample['pointId']) => Sample | undefined,
    nowMs: number,
  ): SparkplugMessage {
    const metrics = points.map(({ pointId, name, unit }): SparkplugMetric => {
      const sample = last(pointId);
      return {
        name,
        alias: this.#alias.get(pointId) ?? 0,
        ...(unit && { unit }),
        ...(sample ? reading(sample) : { timestampMs: nowMs, datatype: sparkplugTypes.Double, isNull: true }),
      };
    });
    return this.#message('DBIRTH', name, metrics, nowMs);
  }

  deviceData(device: string, samples: readonly Sample[], nowMs: number): SparkplugMessage {
    const metrics = samples.map((sample) => ({ alias: this.#alias.get(sample.pointId) ?? 0, ...reading(sample) }));
    return this.#message('DDATA', device, metrics, nowMs);
  }

  deviceDeath(device: string, nowMs: number): SparkplugMessage {
    return this.#message('DDEATH', device, [], nowMs);
  }

  #message(
    type: NodeMessageType,
    device: string | undefined,
    metrics: readonly SparkplugMetric[],
    nowMs: number,
  ): SparkplugMessage {
    const payload = encodeSparkplug({ timestampMs: nowMs, seq: this.#seq, metrics });
    this.#seq = (this.#seq + 1) % seqs;
    return { topic: sparkplugTopicOf({ ...this.#name, type, ...(device === undefined ? {} : { device }) }), payload };
  }
}
