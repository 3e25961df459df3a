import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';
import { Unit } from './units.ts';

const Count = Type.Integer({ minimum: 0 });

/** A rule of a gateway began or ceased to hold. The time is that of the sample that decided it. */
const alarmEventFields = {
  pointId: idOf('measurementPoint'),
  /** Name of the rule in the gateway's configuration. */
  rule: Type.String({ minLength: 1, maxLength: 100 }),
  state: oneOf(['raised', 'cleared']),
  severity: oneOf(['warning', 'alarm']),
  occurredAtMs: Instant,
  /** In the unit of the point; for a rate of change per minute. */
  value: Type.Number(),
  limit: Type.Number(),
};
export const AlarmEvent = Type.Object(alarmEventFields, closed);
export type AlarmEvent = Static<typeof AlarmEvent>;

/** Why samples of a period are missing for ever. */
export const gapReasons = ['restart', 'outboxFull', 'diskFault', 'aged', 'damaged'] as const;

/** Samples that a gateway read, or should have read, and could not keep. */
const gapFields = {
  reason: oneOf(gapReasons),
  fromMs: Instant,
  toMs: Instant,
  /** How many were lost; null where nobody can know, as after a kill between reading and keeping. */
  samples: orNull(Count),
  /** The points concerned; null for all of the gateway. */
  pointIds: orNull(Type.Array(idOf('measurementPoint'))),
};
export const Gap = Type.Object(gapFields, closed);
export type Gap = Static<typeof Gap>;

/** A stretch of raw signal, kept for the eyes of an analyst and never sent all the time. */
const waveformFields = {
  pointId: idOf('measurementPoint'),
  /** Of the first value. */
  sampledAtMs: Instant,
  sampleRateHz: Type.Number({ exclusiveMinimum: 0 }),
  unit: Unit,
  trigger: oneOf(['alarm', 'request']),
};
/** `values`: little-endian float32, in `unit`. */
export const Waveform = Type.Object({ ...waveformFields, values: Type.Unsafe<Uint8Array>({}) }, closed);
export type Waveform = Static<typeof Waveform>;

const fromGateway = { gatewayId: idOf('gateway') };

/** Kept for ever, one record an event. */
export const AlarmRecord = defineRecord('alarm', { ...fromGateway, ...alarmEventFields });
export type AlarmRecord = Static<typeof AlarmRecord>;

export const GapRecord = defineRecord('gap', { ...fromGateway, ...gapFields });
export type GapRecord = Static<typeof GapRecord>;

export const WaveformRecord = defineRecord('waveform', {
  ...fromGateway,
  ...waveformFields,
  valuesBase64: Type.String(),
});
export type WaveformRecord = Static<typeof WaveformRecord>;

/** The points to which the batches of a gateway refer by number. */
export const PointTable = defineRecord('pointTable', {
  ...fromGateway,
  /** First 16 hex digits of the SHA-256 over the ids, joined by line feeds. */
  tableId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  pointIds: Type.Array(idOf('measurementPoint'), { minItems: 1 }),
});
export type PointTable = Static<typeof PointTable>;

/** A configuration for a gateway, sent to it, tried there and kept or rolled back. */
export const GatewayConfig = defineRecord('gatewayConfig', {
  ...fromGateway,
  revision: Type.Integer({ minimum: 1 }),
  /** The text of the YAML file. */
  yaml: Type.String({ minLength: 1 }),
  state: oneOf(['sent', 'applied', 'refused', 'rolledBack']),
  /** What the gateway said of it. */
  report: orNull(Type.String()),
});
export type GatewayConfig = Static<typeof GatewayConfig>;
