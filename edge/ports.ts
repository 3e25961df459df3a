import type { Clock } from '@kuluma/shared/clock.ts';
import type { AppError } from '@kuluma/shared/errors.ts';
import type { Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { UpChannel } from '@kuluma/shared/model/topics.ts';
import type { Static, TSchema } from 'typebox';
import type { Reading } from './core/judge-reading.ts';
import type { Profile } from './core/profile.ts';

/** What one scan of a device gave. What was read before a failure stands; a device that does not answer gives no values. */
export interface Scan {
  readonly readings: readonly Reading[];
  /** Rows that the device was just writing or that were taken before. */
  readonly rowsRefused: number;
  /** Lines that were not of the format, or that nobody fetched in time. */
  readonly linesDropped?: number;
  /** Points that the device refuses to give, now or when it was asked last. */
  readonly refusedPoints?: number;
  /** What was learnt about the device, to be logged. */
  readonly notes?: readonly string[];
  /** LINK_DOWN: the whole bus; LINK_TIMEOUT, REPLY_MISMATCH: this device. */
  readonly failure?: AppError;
}

/** A device as its bus sees it. */
export interface DeviceSpec<P extends Profile = Profile> {
  readonly name: string;
  /** Modbus unit id; of no meaning where a line carries one device. */
  readonly unit: number;
  readonly profile: P;
  /** Names of the profile's points that are wanted. */
  readonly wanted: ReadonlySet<string>;
}

export interface ScannedDevice {
  scan(): Promise<Scan>;
  /** Of a device that talks by itself: what came since the last scan, without waiting. Asked for once polling stopped. */
  rest?(): Scan;
  /** Of a device that sends raw signals: the last stretch of the one of which a point of the profile is a feature. */
  waveform?(point: string): RawWaveform | undefined;
}

/** A stretch of raw signal without a hole, in `unit`. */
export interface RawWaveform extends Pick<Waveform, 'sampledAtMs' | 'sampleRateHz' | 'unit'> {
  readonly values: Float32Array;
}

/** One bus. Its devices are scanned one at a time by whoever holds it; it connects when it must, and again after a failure. */
export interface Source {
  /** Plans the reads of a device once. @throws CONFIG_INVALID where that cannot be. */
  device(spec: DeviceSpec): ScannedDevice;
  close(): Promise<void>;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly timer: WallTimer;
}

/** A protocol: the schema of its configuration, of its device profiles, and how to open a bus. */
export interface SourceDefinition {
  readonly kind: string;
  readonly schema: TSchema;
  readonly profileSchema: TSchema;
  /** Opens no connection yet. Both arguments are valid under the schemas. */
  open(config: unknown, deps: SourceDeps): Source;
}

/** The same with its types; `defineSource` makes the one of the other. */
export interface TypedSource<S extends TSchema, P extends TSchema> {
  readonly kind: string;
  readonly schema: S;
  readonly profileSchema: P;
  open(
    config: Static<S>,
    deps: SourceDeps,
  ): {
    device(spec: DeviceSpec<Static<P> & Profile>): ScannedDevice;
    close(): Promise<void>;
  };
}

/** A batch that waits in the outbox, as it goes on the wire. */
export interface StoredBatch {
  readonly position: number;
  readonly payload: Uint8Array;
  readonly sampleCount: number;
}

/** Durable store-and-forward. */
export interface Outbox {
  /** Boot counter in the keys of the batches made by this process. */
  readonly epoch: number;
  /** Takes samples into the batch that is being collected. Never waits, never throws: what cannot be kept is counted. */
  accept(samples: readonly Sample[]): void;
  /** Returns when everything accepted so far is durable, or counted as dropped. */
  flush(): Promise<void>;
  /** At most `limit` batches in order from `from`. */
  read(from: number, limit: number): Promise<StoredBatch[]>;
  /** Batches up to and including `position` are with the broker. @throws STORE_UNAVAILABLE */
  ack(position: number): Promise<void>;
  /** Called when batches were added. */
  onStored(listener: () => void): void;
  readonly depth: OutboxDepth;
  close(): Promise<void>;
}

export interface OutboxDepth {
  /** Position of the oldest batch that waits, and of the next to come. */
  readonly cursor: number;
  readonly end: number;
  readonly bytes: number;
  /** Samples that could not be kept. */
  readonly droppedSamples: number;
}

/** The way to the broker. */
export interface Uplink {
  /** One attempt. @throws LINK_DOWN; FORBIDDEN where the broker knows the gateway but not its token. */
  connect(will: Uint8Array, signal: AbortSignal): Promise<UplinkSession>;
}

export interface UplinkSession {
  /** Resolves when the broker acknowledged; rejects with LINK_DOWN when the session ends before. */
  send(channel: UpChannel, payload: Uint8Array, options?: { retain: boolean }): Promise<void>;
  /** Resolves when the session ended, for whatever reason. */
  readonly closed: Promise<void>;
  end(): Promise<void>;
}

/** Time that no one sets, for deadlines and time-outs. */
export interface WallTimer {
  /** Monotonic ms from an arbitrary start. */
  now(): number;
  /** Returns early, without an error, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
