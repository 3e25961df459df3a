import { setFlagsFromString } from 'node:v8';
import type { Clock } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { type Static, Type } from 'typebox';
import type { Reading } from '../core/judge-reading.ts';
import { CounterTime } from '../core/vibration/counter-time.ts';
import { type VibrationPoint, VibrationProfile, vibrationFaults } from '../core/vibration/vibration-profile.ts';
import { type SignalWindow, type WaveformBlock, WindowCollector } from '../core/vibration/window-collector.ts';
import { createFeatures } from '../core/vibration/window-features.ts';
import type { ByteLink } from '../links/byte-link.ts';
import { streamFields, streamLink } from '../links/stream-link.ts';
import { WaveformFrames } from '../links/waveform-frames.ts';
import type { DeviceSpec, RawWaveform, Scan, ScannedDevice, SourceDeps, WallTimer } from '../ports.ts';
import { defineSource } from './define-source.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('waveform'),
    ...streamFields,
    /** How much of the raw signal is kept for an alarm or a request. */
    snapshotMs: Type.Integer({ minimum: 10, maximum: 60_000, default: 1000 }),
  },
  { additionalProperties: false },
);
type WaveformConfig = Static<typeof schema>;

/** Windows that no scan fetched; a device that talks on while nobody asks must not fill the memory. */
const mostWaiting = 64;

/** One channel of the device: its windows, its raw past and what is wanted of it. */
interface Channel {
  readonly collector: WindowCollector;
  readonly time: CounterTime;
  readonly unit: RawWaveform['unit'];
  readonly features: ReturnType<typeof createFeatures>;
}

interface WaitingWindow {
  readonly channel: Channel;
  readonly window: SignalWindow;
  readonly sampledAtMs: number;
}

class WaveformLine {
  readonly #config: WaveformConfig;
  readonly #link: ByteLink;
  readonly #clock: Clock;
  readonly #timer: WallTimer;
  readonly #channels = new Map<number, Channel>();
  #frames = new WaveformFrames();
  #waiting: WaitingWindow[] = [];
  #unfetched = 0;
  /** Damaged places and values lost that were reported. */
  #reported = { damaged: 0, lost: 0 };
  #points: readonly VibrationPoint[] = [];
  #everyMs = 0;
  #heardMs = 0;
  #wake: () => void = () => undefined;
  #taken = false;
  #isOpen = false;

  constructor(config: WaveformConfig, { clock, timer }: SourceDeps) {
    this.#config = config;
    this.#link = streamLink(config);
    this.#clock = clock;
    this.#timer = timer;
    this.#link.onData((bytes) => this.#receive(bytes));
    this.#link.onClosed(() => {
      this.#isOpen = false;
      this.#wake();
    });
  }

  #receive(bytes: Uint8Array): void {
    for (const block of this.#frames.take(bytes)) this.#enter(block);
    this.#unfetched += Math.max(0, this.#waiting.length - mostWaiting);
    this.#waiting = this.#waiting.slice(-mostWaiting);
    if (this.#waiting.length > 0) this.#wake();
  }

  #enter(block: WaveformBlock): void {
    const channel = this.#channels.get(block.channel);
    if (!channel) return;
    this.#heardMs = this.#timer.now();
    const { collector, time } = channel;
    time.arrived(block.firstSample + block.values.length, block.sampleRateHz, this.#clock.now());
    for (const window of collector.take(block))
      this.#waiting.push({ channel, window, sampledAtMs: time.at(window.endSample) });
  }

  /** Each scan gives the features of the windows that ended since the last one, every one with the time of its end. */
  device({ profile, wanted }: DeviceSpec<VibrationProfile>): ScannedDevice {
    if (this.#taken) throw new AppError('CONFIG_INVALID', 'a waveform line carries one device');
    const faults = vibrationFaults(profile).map((message) => ({ path: `profile ${profile.profile}`, message }));
    if (faults.length > 0) throw new AppError('CONFIG_INVALID', 'the profile does not hold together', { faults });
    this.#taken = true;
    const { windowMs, everyMs = windowMs } = profile;
    this.#everyMs = everyMs;
    this.#points = profile.points;
    for (const { channel, unit, scale } of profile.channels)
      this.#channels.set(channel, {
        collector: new WindowCollector({ windowMs, everyMs, scale, keepMs: this.#config.snapshotMs }),
        time: new CounterTime(),
        unit,
        features: createFeatures(profile, channel, wanted),
      });
    return {
      scan: () => this.#scan(),
      rest: () => ({ readings: this.#waiting.splice(0).map(readingOf), rowsRefused: 0 }),
      waveform: (point) => this.#waveform(point),
    };
  }

  async #scan(): Promise<Scan> {
    try {
      await this.#window();
    } catch (error) {
      if (error instanceof AppError) return { readings: [], rowsRefused: 0, failure: error };
      throw error;
    }
    const readings: Reading[] = [];
    for (const waiting of this.#waiting.splice(0)) {
      readings.push(readingOf(waiting));
      // A window takes milliseconds; the other buses are not to wait for all of them.
      await this.#timer.sleep(0);
    }
    const failure = this.#damage();
    return { readings, rowsRefused: 0, ...(failure ? { failure } : {}) };
  }

  /** What was lost since it was last asked. */
  #damage(): AppError | undefined {
    const before = this.#reported;
    const channels = [...this.#channels.values()];
    const lost = channels.reduce((sum, { collector }) => sum + collector.lost, 0);
    this.#reported = { damaged: this.#frames.damaged, lost };
    const unfetched = this.#unfetched;
    this.#unfetched = 0;
    const damaged = this.#frames.damaged - before.damaged;
    if (damaged + lost - before.lost + unfetched === 0) return undefined;
    const what = `${damaged} damaged places, ${lost - before.lost} values lost, ${unfetched} windows not looked at`;
    return new AppError('REPLY_MISMATCH', what);
  }

  /** Waits until a window is there. @throws LINK_DOWN, LINK_TIMEOUT; REPLY_MISMATCH where holes leave none whole */
  async #window(): Promise<void> {
    if (this.#waiting.length > 0) return;
    if (!this.#isOpen) {
      this.#reset();
      await this.#link.open();
      this.#isOpen = true;
    }
    const { timeoutMs } = this.#config;
    this.#heardMs = this.#timer.now();
    const giveUpMs = this.#heardMs + timeoutMs + 2 * this.#everyMs;
    while (this.#waiting.length === 0 && this.#isOpen) {
      const nowMs = this.#timer.now();
      if (nowMs >= this.#heardMs + timeoutMs) {
        await this.close();
        throw new AppError('LINK_TIMEOUT', `no raw values within ${timeoutMs} ms`);
      }
      if (nowMs >= giveUpMs) throw this.#damage() ?? new AppError('LINK_TIMEOUT', 'no window became whole');
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await this.#timer.sleep(Math.min(this.#heardMs + timeoutMs, giveUpMs) - nowMs, woken.signal);
    }
    if (this.#waiting.length === 0) throw new AppError('LINK_DOWN', 'the line ended');
  }

  /** A new connection begins anywhere in a frame. */
  #reset(): void {
    this.#frames = new WaveformFrames();
    this.#reported = { ...this.#reported, damaged: 0 };
  }

  #waveform(name: string): RawWaveform | undefined {
    const point = this.#points.find((p) => p.name === name);
    const channel = point && this.#channels.get(point.channel);
    const latest = channel?.collector.latest();
    if (!channel || !latest) return undefined;
    const { sampleRateHz, endSample, values } = latest;
    const sampledAtMs = channel.time.at(endSample - values.length + 1);
    return { channel: point.channel, unit: channel.unit, sampleRateHz, values, sampledAtMs };
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#link.drop();
    this.#wake();
  }
}

const readingOf = ({ channel, window, sampledAtMs }: WaitingWindow): Reading => ({
  sampledAtMs,
  values: channel.features(window),
});

/** A device that sends the raw signal of its channels in blocks, by itself: docs/wire.md, "Raw waveforms". */
export const source = defineSource({
  kind: 'waveform',
  schema,
  profileSchema: VibrationProfile,
  open(config, deps) {
    // The packed agent starts without V8's optimising compilers (bin/kuluma-edge.js), which spectra are worth.
    for (const flag of ['--opt', '--maglev']) setFlagsFromString(flag);
    return new WaveformLine(config, deps);
  },
});
