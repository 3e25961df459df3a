import type { Id } from '@kuluma/shared/model/base.ts';
import type { FilterOf, RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';

export type { Clock, Random } from '@kuluma/shared/clock.ts';

/** Key of a batch of samples, unique for ever: a gateway never uses an (epoch, class, seq) twice. */
export interface BatchKey {
  readonly gatewayId: string;
  /** Boot counter of the gateway. */
  readonly epoch: number;
  readonly class: SampleClass;
  readonly seq: number;
}

export interface StoredBatch {
  readonly organisationId: string;
  readonly key: BatchKey;
  readonly samples: readonly Sample[];
}

/** One bucket of a downsampled series; buckets with no sample are absent. */
export interface Bucket {
  /** Start of the bucket, epoch ms; bucket edges are `fromMs + n * bucketMs`. */
  readonly startMs: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly count: number;
}

export interface SeriesRange {
  readonly organisationId: string;
  readonly pointId: Id<'measurementPoint'>;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** Time series by (organisation, point, time). Nothing of a person is in here. */
export interface TimeSeriesStore {
  /** Stores all batches or none. A batch whose key was stored before is left out: redelivery is safe. Durable on return. */
  write(batches: readonly StoredBatch[]): Promise<{ stored: number; duplicates: number }>;
  /** Raw samples of `good` and `uncertain` quality unless `anyQuality`; by rising time, one per (point, time): the last written. */
  read(range: SeriesRange, options?: { limit?: number; anyQuality?: boolean }): Promise<Sample[]>;
  /** min, max, mean and count per bucket over `good` and `uncertain` samples; edges computed from `fromMs`. */
  downsample(range: SeriesRange, bucketMs: number): Promise<Bucket[]>;
  /** The newest sample of each point that has one. */
  latest(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<Map<string, Sample>>;
  /** Number of samples of a point, for proofs and data quality. */
  count(range: SeriesRange): Promise<number>;
  /** Removes every sample of the points from the raw store. */
  erase(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<void>;
}

export type RecordQuery<K extends RecordKind> = {
  readonly where?: { readonly [F in FilterOf<K>]?: string };
  /** Newest first by creation; default oldest first. */
  readonly newestFirst?: boolean;
  readonly limit?: number;
};

/** Reads of records; always within one organisation. */
export interface RecordReader {
  get<K extends RecordKind>(kind: K, organisationId: string, id: string): Promise<RecordOf<K> | undefined>;
  list<K extends RecordKind>(kind: K, organisationId: string, query?: RecordQuery<K>): Promise<RecordOf<K>[]>;
}

export interface RecordTransaction extends RecordReader {
  insert<K extends RecordKind>(kind: K, record: RecordOf<K>): Promise<void>;
  /**
   * Replaces a record; `record.version` is the version that was read, the stored one becomes `version + 1`, which is returned.
   * @throws CONFLICT when the stored version differs or the kind is immutable.
   */
  update<K extends RecordKind>(kind: K, record: RecordOf<K>): Promise<RecordOf<K>>;
  /**
   * Blocks a technician's time for a hold; unique in the store, so that two holds never overlap.
   * @throws SLOT_TAKEN when any part of the time is blocked already.
   */
  occupy(hold: RecordOf<'slotHold'>): Promise<void>;
  /** Frees what `occupy` blocked. */
  vacate(hold: RecordOf<'slotHold'>): Promise<void>;
  /** Answer of the command with this key if it ran before in this organisation, else undefined. */
  answered(organisationId: string, idempotencyKey: string): Promise<unknown>;
  /** Remembers the answer of a command; a second command with the key gets it instead of running. */
  remember(organisationId: string, idempotencyKey: string, answer: unknown): Promise<void>;
}

/** Relational records: PGlite embedded, or a PostgreSQL server. */
export interface Records extends RecordReader {
  /** All of `work` or nothing of it, serialisable. Runs `work` again when the database asks for a retry. */
  transact<T>(work: (tx: RecordTransaction) => Promise<T>): Promise<T>;
  /** The organisation-independent look-up of a sign-in secret. */
  findSession(secretHash: string): Promise<RecordOf<'session'> | undefined>;
  findGateway(gatewayId: string): Promise<RecordOf<'gateway'> | undefined>;
  /** Ids of all organisations, for jobs. */
  organisationIds(): Promise<Id<'organisation'>[]>;
}

/** Why ingest kept a sample or a message out of the store. */
export type RefusalReason =
  | 'malformedPayload'
  | 'unknownGateway'
  | 'foreignTopic'
  | 'unknownPoint'
  | 'fromTheFuture'
  | 'notFinite';

/** How many of each were refused since start, visible to the planner. */
export interface RefusalCount {
  readonly gatewayId: string;
  readonly reason: RefusalReason;
  readonly messages: number;
  readonly samples: number;
  readonly lastAtMs: number;
}
