import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { FilterOf, RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample, SampleColumns } from '@kuluma/shared/model/sample.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import type { ChainEnd } from './core/audit/audited-change.ts';
import type { NetworkTeacher } from './core/forecast/network/network.ts';
import type { PersonalKind, PurgeRule } from './core/privacy/processing-register.ts';
import type { PointHour, PointQuality } from './core/quality/point-quality.ts';

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
  readonly samples: SampleColumns;
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

/** Means of one series over buckets, by rising time; buckets with no sample are absent. */
export interface Means {
  /** Starts of the buckets, epoch ms. */
  readonly startMs: Float64Array;
  readonly mean: Float64Array;
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
  /**
   * Stores all batches or none. A batch whose key was stored before is left out: redelivery is safe. Durable on return.
   * @throws SamplesRefused when this store will never take some of the samples; all others are stored then. Whatever
   * else is thrown is worth repeating.
   */
  write(batches: readonly StoredBatch[]): Promise<{ stored: number; duplicates: number }>;
  /** Raw samples of `good` and `uncertain` quality unless `anyQuality`; by rising time, one per (point, time): the last written. */
  read(range: SeriesRange, options?: { limit?: number; anyQuality?: boolean }): Promise<Sample[]>;
  /** min, max, mean and count per bucket over `good` and `uncertain` samples; edges computed from `fromMs`. */
  downsample(range: SeriesRange, bucketMs: number): Promise<Bucket[]>;
  /**
   * The means that `downsample` gives, of many points at once: what a whole fleet is read by. Points with no sample in
   * the range are absent.
   */
  means(
    organisationId: string,
    pointIds: readonly Id<'measurementPoint'>[],
    range: { readonly fromMs: number; readonly toMs: number },
    bucketMs: number,
  ): Promise<Map<string, Means>>;
  /** The newest sample of each point that has one. */
  latest(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<Map<string, Sample>>;
  /** Number of samples of a point, for proofs. */
  count(range: SeriesRange): Promise<number>;
  /** What the samples of each point with any come to, by the hour; `fromMs` and `toMs` stand on whole hours. */
  hours(organisationId: string, range: { readonly fromMs: number; readonly toMs: number }): Promise<PointHour[]>;
  /** Keeps judgements of hours; one replaces what was said of the same point and hour before. */
  writeQuality(organisationId: string, hours: readonly PointQuality[]): Promise<void>;
  /** What was said of the hours that begin in the range, by point and rising time. */
  readQuality(
    organisationId: string,
    pointIds: readonly Id<'measurementPoint'>[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<PointQuality[]>;
  /** Sorts and sums up what is complete, and removes what is older than it is kept; to be called a few times a day. */
  maintain(nowMs: number): Promise<void>;
  /** Removes every sample of the points from the raw store, and what was said of them. */
  erase(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<void>;
}

/** Samples with what makes a file of them readable without us. */
export interface NamedSamples {
  /** Of the point. */
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly Sample[];
}

/** What of several processes only one may do at a time. */
export interface Leases {
  /** Takes the lease of that name, or holds it for so long from now. @returns false while somebody else holds it */
  holdLease(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Gives it to whoever asks next. */
  leaveLease(name: string, holder: string): Promise<void>;
}

/** Tells whoever collects traces what happens to data; where nobody does, the work is done all the same. */
export interface Tracing {
  /**
   * Does work as a span, below another one, or else below the one in which it is asked for.
   * @param below W3C Trace Context; `work` gets that of the span, undefined where nobody collects
   */
  span<T>(
    name: string,
    about: Readonly<Record<string, string | number>>,
    below: string | undefined,
    work: (traceparent: string | undefined) => Promise<T>,
  ): Promise<T>;
  /** Tells of a span that is over, epoch ms. @returns its W3C Trace Context, undefined where nobody collects */
  past(
    name: string,
    about: Readonly<Record<string, string | number>>,
    below: string | undefined,
    during: { readonly fromMs: number; readonly toMs: number },
  ): string | undefined;
}

/** In which trace the newest data of an organisation were stored. */
export interface TraceTrail {
  note(organisationId: string, traceparent: string): Promise<void>;
  last(organisationId: string): Promise<string | undefined>;
}

/**
 * What-if copies of plans, which all processes see: a base and numbered states, JSON. Of an organisation the last twenty
 * are kept.
 */
export interface CopyShelf {
  open(organisationId: string, copyId: string, base: unknown): Promise<void>;
  /** Keeps a state under the next number, from 1. @returns false where somebody was faster, or the copy was dropped */
  keep(copyId: string, state: CopyState): Promise<boolean>;
  /** Number of the newest state. */
  head(organisationId: string, copyId: string): Promise<number | undefined>;
  base(copyId: string): Promise<unknown>;
  state(copyId: string, number: number): Promise<CopyState | undefined>;
  forget(copyId: string, number: number): Promise<void>;
  drop(organisationId: string, copyId: string): Promise<void>;
  /** Drops those to which nothing has come for so long, of every organisation. @returns how many states */
  dropOld(ageMs: number): Promise<number>;
}

export interface CopyState {
  readonly number: number;
  /** Where undo goes back to. */
  readonly before: number | null;
  readonly body: unknown;
}

/** A store that can write all it holds into a folder while it is in use. */
export interface Dumpable {
  /** What it held at one instant after the call; the folder is made. */
  dump(dir: string): Promise<void>;
}

/** A store that such a folder fills, and that compares itself with it. */
export interface Restorable extends Dumpable {
  /** @throws CONFLICT when the store holds anything */
  load(dir: string): Promise<void>;
}

export type RecordQuery<K extends RecordKind> = {
  /** A field's value, or any one of several. */
  readonly where?: { readonly [F in FilterOf<K> | 'id']?: string | readonly string[] };
  /** Newest first by creation; default oldest first. */
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** Leaves out so many of the first. */
  readonly offset?: number;
  /** Only those after this one in the order asked for, whether or not it still fits the question. */
  readonly after?: { readonly id: string; readonly createdAtMs: number };
  /** Created from this instant on; created before that one. */
  readonly createdFromMs?: number;
  readonly createdBeforeMs?: number;
};

/** Reads of records; always within one organisation. */
export interface RecordReader {
  get<K extends RecordKind>(kind: K, organisationId: string, id: string): Promise<RecordOf<K> | undefined>;
  list<K extends RecordKind>(kind: K, organisationId: string, query?: RecordQuery<K>): Promise<RecordOf<K>[]>;
  /** How many `list` would give without a limit. */
  count<K extends RecordKind>(kind: K, organisationId: string, query?: RecordQuery<K>): Promise<number>;
  /** The newest record of each value of `field`, of those given if any are: one query for a whole fleet. */
  newestOfEach<K extends RecordKind>(
    kind: K,
    organisationId: string,
    field: FilterOf<K>,
    values?: readonly string[],
  ): Promise<RecordOf<K>[]>;
  /**
   * Machines whose serial number or tag, owner, site, or contact of the owner has `text` in it (letters of any case), or
   * a contact's phone number its digits; where the text begins a name or a number first.
   */
  findMachines(organisationId: string, text: string, limit: number): Promise<MachineHit[]>;
  /** Records of a kind in which any of the texts stands anywhere, oldest first: it reads all of the kind. */
  naming<K extends RecordKind>(kind: K, organisationId: string, texts: readonly string[]): Promise<RecordOf<K>[]>;
}

export interface AuditQuery {
  /** Only those after this one; with `newestFirst` those before it. */
  readonly fromSeq?: number;
  readonly newestFirst?: boolean;
  /** Only those that tell of this id. */
  readonly about?: string;
  /** Only those that this person or contact asked for. */
  readonly by?: string;
  /** Only those that wrote a record of this kind. */
  readonly kind?: string;
  /** From this instant on; before that one. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit?: number;
}

/** What was changed, by whom: one chain of entries for each organisation. */
export interface AuditReader {
  /** By their place in the chain, at most 1,000 at once. */
  auditEntries(organisationId: string, query?: AuditQuery): Promise<AuditEntry[]>;
  auditEnd(organisationId: string): Promise<ChainEnd>;
}

/** A machine that a search found, and by what. */
export interface MachineHit {
  readonly machineId: Id<'machine'>;
  readonly by: 'machine' | 'owner' | 'site' | 'contact';
  /** What of it was found, as it is written. */
  readonly text: string;
}

export interface RecordTransaction extends RecordReader, AuditReader {
  /** Ids of all organisations, for whoever makes the first. */
  organisationIds(): Promise<Id<'organisation'>[]>;
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
  /** Adds an entry to the audit; the chain ends with it. Whoever comes second begins the transaction anew. */
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Removes personal records, also of kinds that nobody may change. @returns how many */
  erase(kind: PersonalKind, organisationId: string, ids: readonly string[]): Promise<number>;
  /** Forgets what commands answered in which any of the texts stands. */
  eraseAnswers(organisationId: string, texts: readonly string[]): Promise<void>;
  /** Frees what `occupy` blocked. */
  vacate(hold: RecordOf<'slotHold'>): Promise<void>;
  /** Answer of the command with this key if it ran before in this organisation, else undefined. */
  answered(organisationId: string, idempotencyKey: string): Promise<unknown>;
  /** Remembers the answer of a command; a second command with the key gets it instead of running. */
  remember(organisationId: string, idempotencyKey: string, answer: unknown): Promise<void>;
}

/** Relational records: PGlite embedded, or a PostgreSQL server. */
export interface Records extends RecordReader, AuditReader {
  /**
   * All of `work` or nothing of it, serialisable, with its entry in the audit. Runs `work` again when the database asks
   * for a retry.
   * @param by who asks for the change; unless given whoever made its records.
   */
  transact<T>(work: (tx: RecordTransaction) => Promise<T>, by?: Actor): Promise<T>;
  /** The organisation-independent look-up of a sign-in secret. */
  findSession(secretHash: string): Promise<RecordOf<'session'> | undefined>;
  /** Everyone in whatever organisation whose e-mail address this is, in letters of any case. */
  findByEmail(email: string): Promise<{ persons: RecordOf<'person'>[]; contacts: RecordOf<'contact'>[] }>;
  /** The passkey of a credential, in whatever organisation. */
  findPasskey(credentialId: string): Promise<RecordOf<'passkey'> | undefined>;
  /** Keeps what a browser has to sign to sign in; wall time. */
  keepChallenge(hash: string, expiresAtMs: number): Promise<void>;
  /** Takes it back: true once, and only before it expires. */
  takeChallenge(hash: string, wallNowMs: number): Promise<boolean>;
  findGateway(gatewayId: string): Promise<RecordOf<'gateway'> | undefined>;
  /** Removes personal records whose time is over, of every organisation. @returns how many */
  purge(rule: PurgeRule): Promise<number>;
  /** Forgets what commands answered before that wall time. @returns how many */
  purgeAnswers(beforeMs: number): Promise<number>;
  /** Forgets what browsers did not sign in time. @returns how many */
  purgeChallenges(wallNowMs: number): Promise<number>;
  /** Ids of all organisations, for jobs. */
  organisationIds(): Promise<Id<'organisation'>[]>;
  /**
   * Tells of every transaction that wrote something, once it is durable: surely of those of this process, of those of
   * others on the same server while they can be heard. @returns how to stop it
   */
  watch(listener: (written: RecordsWritten) => void): () => void;
}

/** A record as a transaction has left it. */
export type WrittenRecord = {
  readonly [K in RecordKind]: { readonly kind: K; readonly record: RecordOf<K> };
}[RecordKind];

/** What a transaction wrote of an organisation. */
export interface RecordsWritten {
  readonly organisationId: string;
  /** Also those of which records were erased. */
  readonly kinds: ReadonlySet<RecordKind>;
  /** In the order of writing. */
  readonly records: readonly WrittenRecord[];
}

/** Why ingest kept a sample or a message out of the store. */
export type RefusalReason =
  | 'malformedPayload'
  | 'unknownGateway'
  | 'foreignTopic'
  | 'unknownPoint'
  | 'fromTheFuture'
  | 'notFinite'
  | 'unknownTable'
  | 'refusedByStore';

/** How many of each were refused since start, visible to the planner. */
export interface RefusalCount {
  readonly gatewayId: string;
  readonly reason: RefusalReason;
  readonly messages: number;
  readonly samples: number;
  readonly lastAtMs: number;
}

/** A gateway whose organisation is known. */
export interface KnownGateway {
  readonly organisationId: Id<'organisation'>;
  readonly gatewayId: Id<'gateway'>;
}

/** Teaches neural networks. What they learnt is run by core itself, so that no forecast needs this. */
export interface ModelRuntime extends NetworkTeacher {
  /** What does the sums: native TensorFlow, WebAssembly or plain JavaScript. */
  readonly backend: 'node' | 'wasm' | 'cpu';
}

/**
 * The text of a PDF, by page.
 * @param signal ends it. @returns null for a file that is locked or broken. @throws INTERNAL when it was ended
 */
export type ReadPages = (bytes: Uint8Array, signal: AbortSignal) => Promise<readonly string[] | null>;

/** Has the text of a document's file read, by whichever process does jobs; asking twice is asking once. */
export type OrderReading = (organisationId: Id<'organisation'>, fileId: Id<'documentFile'>) => Promise<void>;

/** Bytes of files: those that are coming in, piece by piece, and those that are whole, by their content. */
export interface FileStore {
  /** Adds to an upload that holds `offset` bytes; another offset adds nothing. Durable on return. @returns how much has come */
  append(uploadId: string, offset: number, bytes: Uint8Array): Promise<number>;
  /** All that has come of an upload. */
  read(uploadId: string): Promise<Uint8Array>;
  /** Makes a whole file of an upload. @returns SHA-256 of its bytes, in hex, which is its name */
  keep(uploadId: string): Promise<string>;
  /** Forgets an upload. */
  drop(uploadId: string): Promise<void>;
  /** Forgets the uploads to which nothing has come for so long. @returns how many */
  dropStale(ageMs: number): Promise<number>;
  /** Removes a whole file, where it is there. */
  remove(sha256: string): Promise<void>;
  /** The bytes of a whole file. @throws NOT_FOUND; INTERNAL when they are not those of its name */
  get(sha256: string): Promise<Uint8Array>;
}
