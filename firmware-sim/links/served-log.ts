import { closeSync, openSync, writeSync } from 'node:fs';

/** One value that left the simulator: the physical value, exactly as a master decodes it. */
export interface ServedValue {
  readonly machine: string;
  readonly point: string;
  readonly value: number;
}

export interface ServedLog {
  append(values: readonly ServedValue[]): void;
  close(): void;
}

const bufferLimit = 65_536;
const flushIntervalMs = 250;

/** Appends every served value to a file as JSON lines, in order; at most 64 KiB or a quarter of a second wait in memory. */
export const openServedLog = (file: string): ServedLog => {
  const fd = openSync(file, 'a');
  let buffer = '';
  const flush = () => {
    if (buffer === '') return;
    writeSync(fd, buffer);
    buffer = '';
  };
  const timer = setInterval(flush, flushIntervalMs);
  timer.unref();
  return {
    append(values) {
      for (const value of values) buffer += `${JSON.stringify(value)}\n`;
      if (buffer.length >= bufferLimit) flush();
    },
    close() {
      clearInterval(timer);
      flush();
      closeSync(fd);
    },
  };
};

/** Where nobody asked for a log. */
export const noServedLog: ServedLog = { append() {}, close() {} };
