import { oneOf } from '@kuluma/shared/model/base.ts';
import { PointRole } from '@kuluma/shared/model/machines.ts';
import { type Static, Type } from 'typebox';

export const timeUnits = ['cycle', 's', 'h', 'd', 'iso'] as const;
export const eventKinds = ['failure', 'replacement', 'maintenance', 'error', 'end'] as const;

const Target = Type.Object({
  component: Type.String({ minLength: 1 }),
  /** Caps the remaining life in training and in the forecast, in the time unit. */
  rulCap: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  /** Lengths of time for which a failure probability is wanted, in the time unit. */
  horizons: Type.Optional(Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1 })),
});
export type Target = Static<typeof Target>;

/** Level at which a component counts as failed, in the unit of the point: a limit of a standard, of the maker or of the process. */
const FailureThreshold = Type.Object(
  {
    above: Type.Optional(Type.Number()),
    below: Type.Optional(Type.Number()),
    /** The component that fails there; every target of the fleet when not given. */
    component: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
);
export type FailureThreshold = Static<typeof FailureThreshold>;

const Point = Type.Object({
  role: PointRole,
  unit: Type.Optional(Type.String()),
  failureThreshold: Type.Optional(FailureThreshold),
});

/** `fleet.json`: what the columns of a fleet history mean. Keys of the exporting system's own may stand beside ours. */
export const FleetMeta = Type.Object({
  format: Type.Literal('kuluma-fleet/1'),
  name: Type.String(),
  timeUnit: oneOf(timeUnits),
  points: Type.Record(Type.String(), Point),
  targets: Type.Array(Target),
});
export type FleetMeta = Static<typeof FleetMeta>;
export type TimeUnit = FleetMeta['timeUnit'];

export interface MachineEvent {
  /** In the time unit; days since the epoch for `iso`. */
  readonly t: number;
  readonly kind: (typeof eventKinds)[number];
  readonly component: string;
  readonly code: string;
}

/** What was measured on one machine: rows of rising time, one column for each point of the fleet, NaN for not measured. */
export interface MachineHistory {
  readonly machine: string;
  /** In the time unit; days since the epoch for `iso`. */
  readonly t: Float64Array;
  /** In the order of `FleetHistory.points`, each as long as `t`. */
  readonly columns: readonly Float64Array[];
  /** In any order. */
  readonly events: readonly MachineEvent[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FleetHistory {
  readonly meta: FleetMeta;
  readonly points: readonly string[];
  readonly machines: readonly MachineHistory[];
}

const msPerDay = 86_400_000;
const defaultHorizonsDays = [7, 14, 28, 56];
export const unitsPerDay: Record<TimeUnit, number> = { cycle: 1, s: 86_400, h: 24, d: 1, iso: 1 };

/** Rising horizons of a target in the time unit: its own, or 7, 14, 28 and 56 days (cycles where the unit is a cycle). */
export const horizonsOf = (target: Target, unit: TimeUnit): number[] =>
  [...new Set(target.horizons ?? defaultHorizonsDays.map((days) => days * unitsPerDay[unit]))].sort((a, b) => a - b);

const isoInstant = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** The time that a text means, in the time unit (days since the epoch for `iso`, UTC where no zone stands); NaN when it is none. */
export const timeOf = (text: string, unit: TimeUnit): number => {
  if (unit !== 'iso') return text.trim() === '' ? Number.NaN : Number(text);
  if (!isoInstant.test(text)) return Number.NaN;
  const zoned = text.length <= 10 || /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10));
  return Date.parse(zoned ? text : `${text}Z`) / msPerDay;
};
