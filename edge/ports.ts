import type { Clock } from '@kuluma/shared/clock.ts';
import type { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent, Gap, Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { DownChannel, SampleClass, UpChannel } from '@kuluma/shared/model/topics.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
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
  /** Writes a point, in its unit, where its profile allows that; returns what it holds afterwards. @throws what went wrong */
  write?(point: string, value: number): Promise<number>;
}

/** A stretch of raw signal without a hole, in `unit`. */
export interface RawWaveform extends Pick<Waveform, 'sampledAtMs' | 'sampleRateHz' | 'unit'> {
  /** Points of one channel have the same signal. */
  readonly channel: number;
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

/** A record that waits in the outbox. */
export interface StoredRecord {
  readonly class: SampleClass;
  /** In the log of its class. */
  readonly position: number;
  /** As it goes on the wire, in a letter. */
  readonly bytes: Uint8Array;
  /** Samples in it, or values of a waveform. */
  readonly samples: number;
  /** Of the table to which its samples refer; null for other kinds. */
  readonly tableId: string | null;
  /** The start of the agent whose untrusted time it carries; null where its times are right. */
  readonly provisionalEpoch: number | null;
}

/** What of one class waits. */
export interface OutboxQueue {
  /** Position of the oldest that waits, and of the next to come. */
  readonly cursor: number;
  readonly end: number;
  readonly records: number;
  readonly bytes: number;
  /** Time of the newest sample in the oldest record that waited some seconds ago; null where none waits. */
  readonly oldestMs: number | null;
}

/** Durable store-and-forward: three logs, each of which numbers its own records. */
export interface Outbox {
  /** Boot counter in the keys of the records made by this process. */
  readonly epoch: number;
  /** Takes samples into the record that is being collected. Never waits, never throws: what cannot be kept is counted. */
  accept(samples: readonly Sample[]): void;
  /** Alarms are committed at once. */
  acceptAlarms(alarms: readonly AlarmEvent[]): void;
  acceptWaveform(waveform: Waveform): void;
  /** Returns when everything accepted so far is durable, or counted as dropped. */
  flush(): Promise<void>;
  /** At most `limit` waiting records of a class in order from `from`. */
  read(of: SampleClass, from: number, limit: number): Promise<StoredRecord[]>;
  /** The record has arrived. Durable soon after; until then a restart would send it again under its key. */
  ack(of: SampleClass, position: number): void;
  table(tableId: string): readonly Id<'measurementPoint'>[] | undefined;
  /** Called when records were added. */
  onStored(listener: () => void): void;
  queue(of: SampleClass): OutboxQueue;
  /** Samples that could not be kept, by reason, since the start; each stands in a gap record too. */
  readonly dropped: Readonly<Record<Gap['reason'], number>>;
  close(): Promise<void>;
}

/** What came down from the cloud. */
export interface DownMessage {
  readonly channel: DownChannel;
  readonly payload: Uint8Array;
  /** It was sent before the gateway connected. */
  readonly isRetained: boolean;
}

/** The way to the broker. */
export interface Uplink {
  /**
   * One attempt. `onMessage` gets what comes down while the session lasts.
   * @throws LINK_DOWN; FORBIDDEN where the broker knows the gateway but not its token.
   */
  connect(will: Uint8Array, signal: AbortSignal, onMessage: (message: DownMessage) => void): Promise<UplinkSession>;
}

export interface UplinkSession {
  /**
   * Resolves when it was acknowledged. @throws LINK_DOWN when the session ends before; LINK_TIMEOUT, once a session, when
   * it ends because the cloud did not acknowledge.
   */
  send(channel: UpChannel, payload: Uint8Array, options?: { retain: boolean }): Promise<void>;
  /** Resolves when the session ended, for whatever reason. */
  readonly closed: Promise<void>;
  end(): Promise<void>;
}

/** Another way out, beside the outbox, which promises nothing. */
export interface SideUplink extends Part {
  /** Never waits, never throws: what cannot be sent is counted. */
  offer(samples: readonly Sample[]): void;
}

/** Time that no one sets, for deadlines and time-outs. */
export interface WallTimer {
  /** Monotonic ms from an arbitrary start. */
  now(): number;
  /** Returns early, without an error, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
