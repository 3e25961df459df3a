import type { SampleQuality } from '@kuluma/shared/model/sample.ts';
import { type SparkplugMetric, sparkplugNumber, sparkplugQualities } from '@kuluma/shared/wire/sparkplug.ts';

/** What is known of a metric. It outlives births: the same name is the same metric. */
export interface KnownMetric {
  readonly name: string;
  /** Undefined for the metrics of the edge node itself. */
  readonly device: string | undefined;
  datatype: number | undefined;
  unit: string | undefined;
  /** Time of the newest sample that was no history. */
  lastSampledAtMs: number | undefined;
}

/** A value with the time and the name that its maker gave it. */
export interface MetricSample {
  readonly metric: KnownMetric;
  readonly sampledAtMs: number;
  /** May be NaN or infinite. */
  readonly value: number;
  readonly quality: SampleQuality;
  /** Sent late; it says nothing of the present. */
  readonly isHistorical: boolean;
}

/** Why a metric of a message gave no sample. */
export const metricSkips = [
  /** An alias that no birth certificate explains, or not beyond doubt. */
  'unknownAlias',
  /** Text, bytes, structures, or a value that does not go with its data type. */
  'notNumeric',
  'null',
  /** Its maker asks not to store it. */
  'transient',
  'noTime',
  /** A birth certificate told again what was known. */
  'repeated',
  /** More metrics than one edge node may have. */
  'tooMany',
] as const;
export type MetricSkip = (typeof metricSkips)[number];

/** Latest instant that a date can hold, epoch ms. */
const mostInstant = 8_640_000_000_000_000;

/** A code that the specification does not know is doubted. */
const qualityOf = (code: number | undefined): SampleQuality => {
  if (code === undefined || code === sparkplugQualities.good) return 'good';
  if (code === sparkplugQualities.stale) return 'stale';
  return code === sparkplugQualities.bad ? 'bad' : 'uncertain';
};

/** The sample in a metric whose name is known, or why there is none. @param messageMs stands in for a time that is missing */
export const sampleIn = (
  metric: KnownMetric,
  wire: SparkplugMetric,
  messageMs: number | undefined,
): MetricSample | MetricSkip => {
  if (wire.isTransient) return 'transient';
  if (wire.isNull || !wire.value) return 'null';
  const value = sparkplugNumber(wire.value, wire.datatype ?? metric.datatype);
  if (value === undefined) return 'notNumeric';
  const sampledAtMs = wire.timestampMs ?? messageMs;
  if (sampledAtMs === undefined || sampledAtMs > mostInstant) return 'noTime';
  return { metric, sampledAtMs, value, quality: qualityOf(wire.quality), isHistorical: wire.isHistorical ?? false };
};

type Alias = number | bigint;

/** Names and aliases of one birth certificate: of the edge node itself, or of one of its devices. */
export class MetricScope {
  isAlive = true;
  /** Null for an alias that was given to two metrics. */
  readonly #byAlias = new Map<Alias, KnownMetric | null>();

  name(metric: KnownMetric, alias: Alias | undefined): void {
    if (alias !== undefined) this.#byAlias.set(alias, this.#byAlias.has(alias) ? null : metric);
  }

  named(alias: Alias): KnownMetric | undefined {
    return this.#byAlias.get(alias) ?? undefined;
  }
}
