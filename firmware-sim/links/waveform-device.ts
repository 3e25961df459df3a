import type { Writable } from 'node:stream';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Machine } from '../machines/machine.ts';
import type { MachineDevice } from '../machines/machine-unit.ts';
import { Vibration, vibrationPoints } from '../machines/vibration.ts';
import { encodeWaveform, mostFrameValues, type WaveformFormat } from './waveform-frame.ts';

interface WaveformOptions {
  readonly sampleRateHz: number;
  readonly blockMs: number;
  readonly format: WaveformFormat;
  readonly isDropped: () => boolean;
  readonly listeners: () => Iterable<Writable>;
}

/** A listener that is so far behind gets nothing until it has caught up: a device has little memory. */
const mostBufferedBytes = 1 << 20;

/**
 * Sends what the accelerometers of a machine measure, in blocks, one channel after another; returns what stops it. Values
 * are counted by wall time whether somebody listens or not, so who comes late sees by the counter what it missed.
 */
export const startWaveforms = (device: MachineDevice, machine: Machine, options: WaveformOptions): (() => void) => {
  const { sampleRateHz, blockMs, format } = options;
  const { type, seed } = machine.spec;
  const sensors = vibrationPoints(type).map(
    (_, i) => new Vibration(machine, i, sampleRateHz, seededRandom(seed + i + 1)),
  );
  const startMs = performance.now();
  let sent = 0;
  const sendBlock = (count: number) => {
    const listeners = [...options.listeners()].filter((l) => l.writableLength < mostBufferedBytes);
    if (listeners.length > 0 && !options.isDropped() && device.isAnswering())
      for (const [channel, sensor] of sensors.entries()) {
        const frame = encodeWaveform({ channel, format, sampleRateHz, firstSample: sent, values: sensor.next(count) });
        for (const listener of listeners) listener.write(frame);
      }
    sent += count;
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * sampleRateHz) / 1000);
    while (sent < due) sendBlock(Math.min(due - sent, mostFrameValues));
  }, blockMs);
  return () => clearInterval(timer);
};
