import { oneOf } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent } from '@kuluma/shared/model/gateway-reports.ts';
import { type Static, Type } from 'typebox';
import { iso20816Zones, type ZoneBoundaries } from './iso-20816.ts';

const strict = { additionalProperties: false };
const limit = Type.Optional(Type.Number());

const Zones = Type.Object(
  {
    /** Of ISO 20816-3 ... */
    group: Type.Optional(oneOf(['1', '2'])),
    support: Type.Optional(oneOf(['rigid', 'flexible'])),
    /** ... or the maker's own: A/B, B/C and C/D, in the unit of the point. */
    boundaries: Type.Optional(Type.Tuple([Type.Number(), Type.Number(), Type.Number()])),
    /** The lowest zone that is worth a word. */
    from: Type.Unsafe<'B' | 'C' | 'D'>(Type.Enum(['B', 'C', 'D'], { default: 'C' })),
  },
  strict,
);

/** A rule about one point of a device. It says one of: above, below, risingPerMinute, fallingPerMinute, zones. */
export const AlarmRule = Type.Object(
  {
    /** Unique within the device; a rule of zones raises one alarm a zone, `name C` and `name D`. */
    name: Type.String({ minLength: 1, maxLength: 90 }),
    /** Of the device's profile. */
    point: Type.String({ minLength: 1 }),
    above: limit,
    below: limit,
    risingPerMinute: limit,
    fallingPerMinute: limit,
    zones: Type.Optional(Zones),
    /** Stretch over which a rate of change is taken. */
    overMs: Type.Integer({ minimum: 1000, default: 60_000 }),
    /** How far back behind the limit a value must go to clear; 5 % of the limit where it is not given. */
    hysteresis: Type.Optional(Type.Number({ minimum: 0 })),
    /** How long it must hold to be raised, and be over to be cleared. */
    delayMs: Type.Integer({ minimum: 0, default: 0 }),
    /** Not of zones: there D is an alarm and the others are warnings. */
    severity: Type.Unsafe<AlarmEvent['severity']>(Type.Enum(['warning', 'alarm'], { default: 'alarm' })),
  },
  strict,
);
export type AlarmRule = Static<typeof AlarmRule>;

/** One limit to be watched. */
export interface AlarmCheck {
  readonly rule: string;
  readonly severity: AlarmEvent['severity'];
  /** 1: too high is wrong; -1: too low is. */
  readonly sense: 1 | -1;
  /** In the unit of the point; of a rate per minute. */
  readonly limit: number;
  readonly hysteresis: number;
  readonly delayMs: number;
  /** Stretch over which the rate of change is judged; undefined where the value itself is. */
  readonly overMs?: number;
}

const zoneNames = ['B', 'C', 'D'] as const;

const boundariesOf = ({ group, support, boundaries }: Static<typeof Zones>): ZoneBoundaries | undefined =>
  boundaries ?? (group && support && iso20816Zones[group][support]);

/** The limits that a rule without faults amounts to. */
export const checksOf = (rule: AlarmRule): AlarmCheck[] => {
  const { above, below, risingPerMinute, fallingPerMinute, zones, overMs, delayMs, severity } = rule;
  const check = (sense: 1 | -1, limit: number, more: Partial<AlarmCheck> = {}): AlarmCheck => {
    const hysteresis = rule.hysteresis ?? 0.05 * Math.abs(limit);
    return { rule: rule.name, severity, sense, limit, hysteresis, delayMs, ...more };
  };
  const boundaries = zones && boundariesOf(zones);
  return [
    ...(above === undefined ? [] : [check(1, above)]),
    ...(below === undefined ? [] : [check(-1, below)]),
    ...(risingPerMinute === undefined ? [] : [check(1, risingPerMinute, { overMs })]),
    ...(fallingPerMinute === undefined ? [] : [check(-1, -fallingPerMinute, { overMs })]),
    ...zoneNames.flatMap((zone, i) =>
      zones && boundaries && zone >= zones.from
        ? [check(1, boundaries[i] ?? 0, { rule: `${rule.name} ${zone}`, severity: zone === 'D' ? 'alarm' : 'warning' })]
        : [],
    ),
  ];
};

const faultOfZones = (zones: Static<typeof Zones>): string | undefined => {
  const boundaries = boundariesOf(zones);
  if (!boundaries) return 'zones need a group and a support, or boundaries';
  if (zones.boundaries && (zones.group || zones.support)) return 'zones have a group or boundaries, not both';
  const [ab, bc, cd] = boundaries;
  return ab < bc && bc < cd ? undefined : 'the boundaries of zones rise';
};

/** What no schema can see in the rules of one device, whose profile has `points`: each fault as one sentence. */
export const alarmFaults = (rules: readonly AlarmRule[], points: readonly string[]): string[] =>
  rules.flatMap((rule, i) => {
    const { above, below, risingPerMinute, fallingPerMinute, zones } = rule;
    const said = [above, below, risingPerMinute, fallingPerMinute, zones].filter((what) => what !== undefined);
    return [
      rules.findIndex((r) => r.name === rule.name) !== i && 'another rule has this name',
      !points.includes(rule.point) && `the device has no point ${rule.point}`,
      said.length !== 1 && 'it says one of above, below, risingPerMinute, fallingPerMinute, zones',
      zones && faultOfZones(zones),
    ].flatMap((fault) => (typeof fault === 'string' ? [`${rule.name}: ${fault}`] : []));
  });
