import { asAppError } from '@kuluma/shared/errors.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import {
  decodeSparkplug,
  encodeSparkplug,
  rebirthMetric,
  type SparkplugPayload,
  sparkplugTypes,
} from '@kuluma/shared/wire/sparkplug.ts';
import { type EdgeNodeName, sparkplugTopicOf } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { EdgeNodeMessage } from '../broker-ports.ts';
import { covers } from '../core/ingest/check-samples.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import { type DeviceLife, EdgeNode, type NodeCount } from '../core/sparkplug/edge-node.ts';
import type { KnownMetric, MetricSample } from '../core/sparkplug/metric-scope.ts';
import { metricSource } from '../core/sparkplug/source-name.ts';
import type { Clock, KnownGateway, Records } from '../ports.ts';
import { LetterWriter, type PlacedSample } from './letter-writer.ts';
import { type MetricPoints, MetricPointsOfGateways } from './metric-points.ts';
import type { Refusals } from './refusals.ts';

/** An edge node as its messages tell it, since the start of this process. */
export interface EdgeNodeState extends EdgeNodeName {
  readonly gateway: KnownGateway;
  /** False: its last values are stale, and so are those of its devices. */
  readonly isAlive: boolean;
  readonly lastMessageMs: number;
  readonly devices: readonly DeviceLife[];
  readonly counts: ReadonlyMap<NodeCount, number>;
  /** Samples that no point takes. */
  readonly unmapped: number;
}

/** A metric as its maker names it, for the person who assigns points. */
export interface MetricListing extends Pick<KnownMetric, 'unit' | 'lastSampledAtMs'> {
  /** What the assignment of a point has to spell. */
  readonly source: string;
  readonly isMapped: boolean;
}

export interface EdgeNodeListing extends EdgeNodeState {
  readonly metrics: readonly MetricListing[];
}

export interface OnSparkplug {
  /** Messages of one node in the order in which they came. Resolves when its samples are durable, or of no use and counted. */
  take(message: EdgeNodeMessage): Promise<void>;
  nodes(): EdgeNodeState[];
  /** Those of one gateway with the metrics that they named. */
  listingsOf(gateway: KnownGateway): Promise<EdgeNodeListing[]>;
}

export interface OnSparkplugDeps {
  readonly records: Records;
  readonly refusals: Refusals;
  readonly clock: Clock;
  /** Makes a letter durable. */
  readonly keep: (lane: SampleClass, letter: ReceivedLetter, isWanted: () => boolean) => Promise<void>;
}

interface FollowedNode extends EdgeNodeName {
  readonly gateway: KnownGateway;
  readonly life: EdgeNode;
  lastMessageMs: number;
  unmapped: number;
}

/** Whoever signs in as one gateway names so many edge nodes; messages of others are refused. */
const mostNodes = 16;

const payloadOf = (bytes: Uint8Array): SparkplugPayload | undefined => {
  try {
    return decodeSparkplug(bytes);
  } catch (error) {
    if (asAppError(error).code === 'INPUT_INVALID') return undefined;
    throw error;
  }
};

const rebirthRequest = (timestampMs: number): Uint8Array =>
  encodeSparkplug({
    timestampMs,
    metrics: [
      {
        name: rebirthMetric,
        timestampMs,
        datatype: sparkplugTypes.Boolean,
        value: { kind: 'boolean', value: true },
      },
    ],
  });

const placed = (sample: MetricSample, points: MetricPoints, name: EdgeNodeName): PlacedSample | undefined => {
  const { sampledAtMs, value, quality } = sample;
  const point = points.get(metricSource(name, sample.metric))?.find(({ period }) => covers(sampledAtMs, period));
  return point && { table: point.table, index: point.index, sampledAtMs, value, quality };
};

/** Messages of Sparkplug B edge nodes -> letters in the inbox, as if the node's gateway had written them. */
export const createOnSparkplug = (deps: OnSparkplugDeps): OnSparkplug => {
  const { clock, refusals } = deps;
  const points = new MetricPointsOfGateways(deps.records);
  const writer = new LetterWriter(clock);
  const nodes = new Map<string, Map<string, FollowedNode>>();

  const nodeOf = ({ gateway, topic: { group, node } }: EdgeNodeMessage): FollowedNode | undefined => {
    const ofGateway = nodes.get(gateway.gatewayId) ?? new Map<string, FollowedNode>();
    nodes.set(gateway.gatewayId, ofGateway);
    const known = ofGateway.get(`${group}/${node}`);
    if (known || ofGateway.size >= mostNodes) return known;
    const fresh = { gateway, group, node, life: new EdgeNode(), lastMessageMs: 0, unmapped: 0 };
    ofGateway.set(`${group}/${node}`, fresh);
    return fresh;
  };

  const keep = async (
    { gateway, isWanted }: EdgeNodeMessage,
    lane: SampleClass,
    samples: readonly PlacedSample[],
  ): Promise<void> => {
    try {
      await Promise.all(writer.write(gateway, lane, samples).map((letter) => deps.keep(lane, letter, isWanted)));
    } catch (error) {
      writer.lost(gateway);
      throw error;
    }
  };

  const store = async (
    message: EdgeNodeMessage,
    node: FollowedNode,
    samples: readonly MetricSample[],
  ): Promise<void> => {
    const { gateway } = message;
    const place = (known: MetricPoints) =>
      samples.flatMap((sample) => {
        const found = placed(sample, known, node);
        return found ? { ...found, lane: sample.isHistorical ? ('history' as const) : ('live' as const) } : [];
      });
    let found = place(await points.of(gateway));
    if (found.length < samples.length) found = place(await points.of(gateway, true));
    node.unmapped += samples.length - found.length;
    const lanes = [...Map.groupBy(found, ({ lane }) => lane)];
    await Promise.all(lanes.map(([lane, ofLane]) => keep(message, lane, ofLane)));
  };

  const stateOf = ({ life, ...node }: FollowedNode): EdgeNodeState => {
    const { isAlive, devices, counts } = life;
    return { ...node, isAlive, devices, counts };
  };

  return {
    nodes: () => [...nodes.values()].flatMap((ofGateway) => [...ofGateway.values()].map(stateOf)),
    async listingsOf(gateway) {
      const known = await points.of(gateway, true);
      const metricsOf = (node: FollowedNode) =>
        Array.from(node.life.metrics, (metric): MetricListing => {
          const { unit, lastSampledAtMs } = metric;
          const source = metricSource(node, metric);
          return { source, unit, lastSampledAtMs, isMapped: known.has(source) };
        });
      const ofGateway = nodes.get(gateway.gatewayId)?.values() ?? [];
      return Array.from(ofGateway, (node) => ({ ...stateOf(node), metrics: metricsOf(node) }));
    },
    async take(message) {
      const { gateway, topic } = message;
      const payload = payloadOf(message.payload);
      if (!payload) return refusals.count(gateway.gatewayId, 'malformedPayload', 0);
      const node = nodeOf(message);
      if (!node) return refusals.count(gateway.gatewayId, 'foreignTopic', payload.metrics.length);
      const receivedAtMs = clock.now();
      node.lastMessageMs = receivedAtMs;
      const { samples, asksRebirth } = node.life.take({ ...topic, payload, receivedAtMs });
      const { group, node: name } = topic;
      const commandTopic = sparkplugTopicOf({ group, type: 'NCMD', node: name });
      await Promise.all([
        asksRebirth && message.command(commandTopic, rebirthRequest(receivedAtMs)),
        samples.length > 0 && store(message, node, samples),
      ]);
    },
  };
};
