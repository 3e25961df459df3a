import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false };
const name = Type.String({ minLength: 1 });
const listening = { host: Type.String({ default: '127.0.0.1' }), port: Type.Integer({ minimum: 0, maximum: 65_535 }) };
const baudRate = Type.Integer({ minimum: 300, maximum: 4_000_000, default: 19_200 });
const pacing = {
  /** How long a unit thinks before it answers. */
  replyDelayMs: Type.Number({ minimum: 0, default: 0 }),
  /** True: request and reply take as long as the baud rate says (a pty has none of its own). */
  paced: Type.Boolean({ default: false }),
};
const path = Type.String({ minLength: 1 });
const intervalMs = Type.Integer({ minimum: 10, default: 1000 });
const waveform = {
  sampleRateHz: Type.Number({ minimum: 100, maximum: 200_000, default: 25_600 }),
  /** Wall time from one block to the next. */
  blockMs: Type.Integer({ minimum: 10, maximum: 1000, default: 100 }),
  format: Type.Unsafe<'int16' | 'float32'>(Type.Enum(['int16', 'float32'], { default: 'int16' })),
};

export const LinkConfig = Type.Union([
  Type.Object({ name, kind: Type.Literal('modbus-tcp'), ...listening, replyDelayMs: pacing.replyDelayMs }, strict),
  Type.Object({ name, kind: Type.Literal('modbus-rtu'), path, baudRate, ...pacing }, strict),
  Type.Object({ name, kind: Type.Literal('modbus-rtu-over-tcp'), ...listening, baudRate, ...pacing }, strict),
  /** One machine that sends a line each `intervalMs` of wall time, on a serial port or to whoever connects. */
  Type.Object({ name, kind: Type.Literal('serial-line'), path, baudRate, intervalMs }, strict),
  Type.Object({ name, kind: Type.Literal('serial-line'), ...listening, intervalMs }, strict),
  /** One machine that sends the raw signal of its accelerometers, on a serial port or to whoever connects. */
  Type.Object({ name, kind: Type.Literal('waveform'), path, baudRate, ...waveform }, strict),
  Type.Object({ name, kind: Type.Literal('waveform'), ...listening, ...waveform }, strict),
]);
export type LinkConfig = Static<typeof LinkConfig>;
