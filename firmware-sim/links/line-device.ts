import type { Writable } from 'node:stream';
import type { PointSpec } from '../machines/machine-type.ts';
import type { MachineDevice } from '../machines/machine-unit.ts';

/** XOR of the characters between `$` and `*` (NMEA 0183), as two hex digits. */
export const checksum = (body: string): string => {
  let sum = 0;
  for (const character of body) sum ^= character.charCodeAt(0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
};

/** `$KUL,<value>,<value>...*CS\r\n`, the fields in the order of the type's points, as many decimals as its scale has. */
export const formatLine = (
  points: readonly PointSpec[],
  values: readonly number[],
): { line: string; fields: string[] } => {
  const fields = points.map((point, i) => {
    const decimals = point.scale === 1 ? 3 : Math.max(0, Math.ceil(-Math.log10(point.scale)));
    return (values[i] ?? 0).toFixed(decimals);
  });
  const body = ['KUL', ...fields].join(',');
  return { line: `$${body}*${checksum(body)}\r\n`, fields };
};

/** Sends the machine's line to all listeners at a fixed interval; returns what stops it. */
export const startLines = (
  device: MachineDevice,
  points: readonly PointSpec[],
  options: { intervalMs: number; isDropped: () => boolean; listeners: () => Iterable<Writable> },
): (() => void) => {
  const timer = setInterval(() => {
    const listeners = [...options.listeners()];
    if (listeners.length === 0 || options.isDropped() || !device.isAnswering()) return;
    const { line, fields } = formatLine(points, device.readValues());
    const served = points.map(({ name }, i) => ({ machine: device.key, point: name, value: Number(fields[i]) }));
    for (const listener of listeners) {
      listener.write(line, (error) => {
        if (!error) device.served(served);
      });
    }
  }, options.intervalMs);
  return () => clearInterval(timer);
};
