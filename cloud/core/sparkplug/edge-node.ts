import { bdSeqMetric, type SparkplugMetric, type SparkplugPayload } from '@kuluma/shared/wire/sparkplug.ts';
import type { NodeMessageType } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { type KnownMetric, type MetricSample, MetricScope, type MetricSkip, sampleIn } from './metric-scope.ts';
import { RebirthRequests } from './rebirth-requests.ts';

/** A message of an edge node, as it came. */
export interface NodeMessage {
  readonly type: NodeMessageType;
  readonly device?: string;
  readonly payload: SparkplugPayload;
  readonly receivedAtMs: number;
}

export interface NodeAnswer {
  readonly samples: readonly MetricSample[];
  /** The node is to be asked for new birth certificates. */
  readonly asksRebirth: boolean;
}

/** What became of messages and metrics since the first one. */
export type NodeCount =
  | MetricSkip
  | 'samples'
  /** Runs of messages that did not arrive. */
  | 'seqGaps'
  /** Data of a node or device that is not alive. */
  | 'unborn'
  /** Deaths of an earlier connection than the present one. */
  | 'lateDeaths'
  /** Birth certificates without a seq, deaths without a bdSeq. */
  | 'malformed'
  | 'rebirthRequests';

export interface DeviceLife {
  readonly name: string;
  readonly isAlive: boolean;
  /** Of its newest sample that was no history. */
  readonly lastSampledAtMs: number | undefined;
}

/** Of one edge node. A maker that names a metric anew with each message must not fill the memory. */
export const mostMetrics = 20_000;
const mostDevices = 1000;
/** Metrics that may wait for a birth certificate to confirm their aliases. */
const mostHeld = 2000;
/** The scope of the node's own metrics stands beside those of its devices, of which none has an empty name. */
const nodeItself = '';
const seqs = 256;

/** A metric that came by alias after messages were missed. */
interface Held {
  readonly alias: number | bigint;
  readonly wire: SparkplugMetric;
  readonly messageMs: number | undefined;
  /** What the alias meant before. */
  readonly metric: KnownMetric;
}

/** A message with the device that it is about. */
interface Told extends NodeMessage {
  readonly device: string;
}

/** Metrics that command a node or device, and are no measurement. */
const isControl = (name: string): boolean => name === bdSeqMetric || /^(Node|Device) Control\//.test(name);

const bdSeqOf = ({ metrics }: SparkplugPayload): number | undefined => {
  const value = metrics.find(({ name }) => name === bdSeqMetric)?.value;
  return value?.kind === 'int' || value?.kind === 'long' ? Number(value.value) : undefined;
};

/**
 * What a host application must remember of one edge node (Eclipse Sparkplug 3.0.0, sections 5 and 6.4): its birth and
 * death, the names behind its aliases, and the sequence of its messages. A message that was missed may have been a
 * birth certificate that gave an alias to another metric. So from a gap to the next birth certificate an alias is
 * believed only if that certificate is of the same connection and names the same metric as the last one did.
 */
export class EdgeNode {
  #isAlive = false;
  #bdSeq: number | undefined;
  #lastSeq = 0;
  #isDoubted = false;
  readonly #scopes = new Map<string, MetricScope>();
  readonly #metrics = new Map<string, KnownMetric>();
  #held: Held[] = [];
  readonly #requests = new RebirthRequests();
  readonly #counts = new Map<NodeCount, number>();

  take(message: NodeMessage): NodeAnswer {
    const samples: MetricSample[] = [];
    const wantsRebirth = this.#follow({ ...message, device: message.device ?? nodeItself }, samples);
    this.#count('samples', samples.length);
    const asksRebirth = wantsRebirth && this.#requests.isDue(message.receivedAtMs);
    if (asksRebirth) this.#count('rebirthRequests');
    return { samples, asksRebirth };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get devices(): DeviceLife[] {
    const newest = new Map<string | undefined, number>();
    for (const { device, lastSampledAtMs } of this.#metrics.values())
      if (lastSampledAtMs !== undefined) newest.set(device, Math.max(newest.get(device) ?? 0, lastSampledAtMs));
    return [...this.#scopes]
      .filter(([name]) => name !== nodeItself)
      .map(([name, { isAlive }]) => ({
        name,
        isAlive: this.#isAlive && isAlive,
        lastSampledAtMs: newest.get(name),
      }));
  }

  /** Every metric that was ever named, whether anybody wants it or not. */
  get metrics(): Iterable<Readonly<KnownMetric>> {
    return this.#metrics.values();
  }

  get counts(): ReadonlyMap<NodeCount, number> {
    return this.#counts;
  }

  /** Adds what the message holds to `samples`. True when new birth certificates are wanted. */
  #follow(told: Told, samples: MetricSample[]): boolean {
    const { type, device, payload } = told;
    if (type === 'NBIRTH') return this.#bear(told, samples);
    if (type === 'NDEATH') return this.#die(payload);
    this.#followSeq(payload.seq);
    const scope = this.#scopes.get(device);
    if (type === 'DBIRTH') this.#bearScope(told, samples);
    else if (type === 'DDEATH') {
      if (scope) scope.isAlive = false;
    } else {
      this.#data(told, scope, samples);
      if (!scope?.isAlive) return true;
    }
    return this.#isDoubted || !this.#isAlive;
  }

  /** A new session. Its devices are dead until their own birth certificates come. */
  #bear(told: Told, samples: MetricSample[]): boolean {
    const { seq } = told.payload;
    if (seq === undefined || seq >= seqs) {
      this.#count('malformed');
      return !this.#isAlive;
    }
    const bdSeq = bdSeqOf(told.payload);
    // Within one connection a node keeps its aliases.
    if (!this.#isDoubted || bdSeq !== this.#bdSeq) this.#forgetHeld();
    this.#isAlive = true;
    this.#isDoubted = false;
    this.#lastSeq = seq;
    this.#bdSeq = bdSeq;
    this.#requests.answered();
    for (const scope of this.#scopes.values()) scope.isAlive = false;
    this.#bearScope(told, samples);
    return false;
  }

  /** Samples of what waited for this certificate, then of the values in it that were not told before. */
  #bearScope(told: Told, samples: MetricSample[]): void {
    const { device, payload } = told;
    if (this.#scopes.size > mostDevices && !this.#scopes.has(device)) {
      this.#count('tooMany', payload.metrics.length);
      return;
    }
    const scope = new MetricScope();
    const born = payload.metrics.flatMap((wire) => {
      const metric = wire.name && !isControl(wire.name) && this.#metric(device, wire.name);
      if (!metric) return [];
      metric.datatype = wire.datatype ?? metric.datatype;
      metric.unit = wire.unit ?? metric.unit;
      scope.name(metric, wire.alias);
      return { metric, wire };
    });
    this.#scopes.set(device, scope);
    this.#release(told, scope, samples);
    for (const { metric, wire } of born) {
      // Not the time of the message, which is that of the certificate and not of the value.
      const outcome = sampleIn(metric, wire, undefined);
      const isRepeated = typeof outcome === 'object' && outcome.sampledAtMs <= (metric.lastSampledAtMs ?? -1);
      this.#add(told, isRepeated ? 'repeated' : outcome, samples);
    }
  }

  /** What waited for this certificate, if it gives its alias the meaning that the one before gave. */
  #release(told: Told, scope: MetricScope, samples: MetricSample[]): void {
    const isOfScope = ({ metric }: Held) => (metric.device ?? nodeItself) === told.device;
    for (const { alias, wire, messageMs, metric } of this.#held.filter(isOfScope))
      this.#add(told, scope.named(alias) === metric ? sampleIn(metric, wire, messageMs) : 'unknownAlias', samples);
    this.#held = this.#held.filter((held) => !isOfScope(held));
  }

  #forgetHeld(): void {
    this.#count('unknownAlias', this.#held.length);
    this.#held = [];
  }

  #die(payload: SparkplugPayload): boolean {
    const bdSeq = bdSeqOf(payload);
    if (bdSeq === undefined) this.#count('malformed');
    else if (this.#bdSeq !== undefined && bdSeq !== this.#bdSeq) this.#count('lateDeaths');
    else {
      this.#isAlive = false;
      this.#forgetHeld();
    }
    return false;
  }

  /** Doubts the aliases from a gap on. A message that comes twice is none. */
  #followSeq(seq: number | undefined): void {
    const isGap = this.#isAlive && seq !== this.#lastSeq && seq !== (this.#lastSeq + 1) % seqs;
    if (isGap) {
      this.#count('seqGaps');
      if (!this.#isDoubted) this.#forgetHeld();
      this.#isDoubted = true;
    }
    if (seq !== undefined) this.#lastSeq = seq;
  }

  #data(told: Told, scope: MetricScope | undefined, samples: MetricSample[]): void {
    const isBorn = this.#isAlive && scope?.isAlive === true;
    if (!isBorn) this.#count('unborn');
    for (const wire of told.payload.metrics)
      if (!wire.name) this.#add(told, this.#byAlias(told, isBorn ? scope : undefined, wire), samples);
      else if (!isControl(wire.name)) {
        const metric = this.#metric(told.device, wire.name);
        this.#add(told, metric ? sampleIn(metric, wire, told.payload.timestampMs) : 'tooMany', samples);
      }
  }

  /** Undefined where it has to wait for the next birth certificate. */
  #byAlias(
    { payload: { timestampMs } }: Told,
    scope: MetricScope | undefined,
    wire: SparkplugMetric,
  ): MetricSample | MetricSkip | undefined {
    const { alias } = wire;
    const metric = alias === undefined ? undefined : scope?.named(alias);
    if (alias === undefined || !metric) return 'unknownAlias';
    if (!this.#isDoubted) return sampleIn(metric, wire, timestampMs);
    if (this.#held.length >= mostHeld) return 'unknownAlias';
    this.#held.push({ alias, wire, messageMs: timestampMs, metric });
    return undefined;
  }

  #add({ receivedAtMs }: Told, outcome: MetricSample | MetricSkip | undefined, samples: MetricSample[]): void {
    if (typeof outcome !== 'object') {
      if (outcome) this.#count(outcome);
      return;
    }
    const { metric, sampledAtMs, isHistorical } = outcome;
    samples.push(outcome);
    // A clock that runs ahead once must not make later values look old.
    if (!isHistorical && sampledAtMs <= receivedAtMs)
      metric.lastSampledAtMs = Math.max(metric.lastSampledAtMs ?? 0, sampledAtMs);
  }

  /** The metric of that name, new if need be; undefined when there are too many. */
  #metric(device: string, name: string): KnownMetric | undefined {
    const key = `${device}/${name}`;
    const known = this.#metrics.get(key);
    if (known || this.#metrics.size >= mostMetrics) return known;
    const metric: KnownMetric = {
      name,
      device: device === nodeItself ? undefined : device,
      datatype: undefined,
      unit: undefined,
      lastSampledAtMs: undefined,
    };
    this.#metrics.set(key, metric);
    return metric;
  }

  #count(what: NodeCount, by = 1): void {
    if (by > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }
}
