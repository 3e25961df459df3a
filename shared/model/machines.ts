import { type Static, Type } from 'typebox';
import { ContractPlan } from './agreements.ts';
import { defineRecord, endable, Instant, idOf, LocalText, oneOf, orNull, Period, Probability } from './base.ts';
import { Unit } from './units.ts';

/** ISO 14224 failure mode codes that the product knows. */
export const failureModeCodes = [
  'VIB',
  'OHE',
  'ELP',
  'ELU',
  'INL',
  'NOI',
  'BRD',
  'LOO',
  'FTS',
  'STP',
  'UST',
  'PDE',
  'AIR',
  'PLU',
  'STD',
  'SER',
] as const;
export const FailureModeCode = oneOf(failureModeCodes);
export type FailureModeCode = (typeof failureModeCodes)[number];

export const SkillNeed = Type.Object(
  { skill: Type.String({ minLength: 1 }), level: Type.Integer({ minimum: 1, maximum: 5 }) },
  { additionalProperties: false },
);
export type SkillNeed = Static<typeof SkillNeed>;

/** A line of the parts list of one repair, with how often it was needed. */
export const BomLine = Type.Object(
  { partId: idOf('part'), quantity: Type.Integer({ minimum: 1 }), useProbability: Probability },
  { additionalProperties: false },
);
export type BomLine = Static<typeof BomLine>;

/** The one who comes along where two have to: a trainee needs no skills. */
export const SecondNeed = Type.Object({ skills: Type.Array(SkillNeed) }, { additionalProperties: false });
export type SecondNeed = Static<typeof SecondNeed>;

/** What a repair asks for beside skills, certificates and parts; nothing where it is absent. */
export const workNeeds = {
  /** In the van of whoever comes. */
  tools: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  /** Kind of the work, for the pace of technicians. */
  workKind: Type.Optional(Type.String({ minLength: 1 })),
  /** Two technicians, from start to end. */
  second: Type.Optional(orNull(SecondNeed)),
};

/** When a forecast becomes a recommendation. Horizon in days. */
export const ServicePolicy = Type.Object(
  {
    horizonDays: Type.Number({ exclusiveMinimum: 0 }),
    failureProbability: Probability,
    /** That many forecasts one after another must agree, so that one noisy hour moves nobody. */
    forecastsInARow: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type ServicePolicy = Static<typeof ServicePolicy>;

/** A component type of a machine model: how it fails, and what its repair takes. */
export const ComponentType = Type.Object(
  {
    /** Target name of the forecaster: `bearing`, `seal`. */
    code: Type.String({ minLength: 1 }),
    name: LocalText,
    failureModeCode: FailureModeCode,
    failureMechanism: Type.String(),
    bom: Type.Array(BomLine),
    /** Of which all parts are needed, beside those of the list. */
    kitId: Type.Optional(orNull(idOf('kit'))),
    skills: Type.Array(SkillNeed),
    certificates: Type.Array(Type.String()),
    ...workNeeds,
    durationMin: Type.Integer({ minimum: 1 }),
    /** Cost of an unplanned failure to owner and service company: the price of waiting too long. */
    failureCostCents: Type.Integer({ minimum: 0 }),
    policy: ServicePolicy,
  },
  { additionalProperties: false },
);
export type ComponentType = Static<typeof ComponentType>;

export const MachineModel = defineRecord('machineModel', {
  /** Matches the profile and the fleet history of the type: `centrifugal-pump`. */
  code: Type.String({ minLength: 1 }),
  name: LocalText,
  manufacturer: Type.String(),
  componentTypes: Type.Array(ComponentType),
  /** What its owners are offered when a warranty ends; without one nothing. */
  contractPlan: Type.Optional(orNull(ContractPlan)),
  ...endable,
});
export type MachineModel = Static<typeof MachineModel>;

export const Machine = defineRecord('machine', {
  machineModelId: idOf('machineModel'),
  /** What people call it: P-07. */
  tag: Type.String({ minLength: 1 }),
  serialNumber: Type.String(),
  commissionedAtMs: Instant,
  ...endable,
});
export type Machine = Static<typeof Machine>;

/** Where a machine stands, by period. */
export const MachinePlacement = defineRecord('machinePlacement', {
  machineId: idOf('machine'),
  siteId: idOf('site'),
  period: Period,
});
export type MachinePlacement = Static<typeof MachinePlacement>;

/** Whose a machine is, by period; an owner sees the data of that period. */
export const MachineOwnership = defineRecord('machineOwnership', {
  machineId: idOf('machine'),
  ownerId: idOf('owner'),
  period: Period,
});
export type MachineOwnership = Static<typeof MachineOwnership>;

/** The maker's mark of what was made together. */
export const mostBatchLetters = 60;
export const PartBatch = Type.String({ minLength: 1, maxLength: mostBatchLetters });

/** One installed component; its replacement gets a new id. */
export const Component = defineRecord('component', {
  machineId: idOf('machine'),
  componentCode: Type.String({ minLength: 1 }),
  period: Period,
  /** How it ended; null while installed. */
  endedBy: Type.Union([oneOf(['failure', 'replacement']), Type.Null()]),
  /** Absent where nobody noted it. */
  batch: Type.Optional(PartBatch),
});
export type Component = Static<typeof Component>;

export const pointRoles = ['sensor', 'setting', 'usage'] as const;
export const PointRole = oneOf(pointRoles);
export type PointRole = (typeof pointRoles)[number];

/** A sensor channel at a physical place. Its id outlives gateways, units and registers. */
export const MeasurementPoint = defineRecord('measurementPoint', {
  machineId: idOf('machine'),
  /** Column of the fleet history and key in the forecaster: `driveEndVibration`. */
  name: Type.String({ minLength: 1 }),
  role: PointRole,
  unit: Unit,
  alarmLimit: Type.Union([Type.Number(), Type.Null()]),
  ...endable,
});
export type MeasurementPoint = Static<typeof MeasurementPoint>;

/** Which gateway and source feed a point, by period. */
export const PointAssignment = defineRecord('pointAssignment', {
  pointId: idOf('measurementPoint'),
  gatewayId: idOf('gateway'),
  /** Bus, device and register name as the gateway's configuration spells them. */
  source: Type.String(),
  period: Period,
});
export type PointAssignment = Static<typeof PointAssignment>;

/** What a gateway shows when its connection becomes safe; all of it is public, the key never left the gateway. */
export const GatewayCertificate = Type.Object(
  {
    /** SHA-256 of the certificate (DER), hex. */
    fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** As its authority counts, hex. */
    serial: Type.String({ pattern: '^[0-9a-f]+$' }),
    /** Wall time. */
    expiresAtMs: Instant,
    /** Of the request that it answers: whoever asks again by it is told the same. */
    requestHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    pem: Type.String({ maxLength: 10_000 }),
  },
  { additionalProperties: false },
);
export type GatewayCertificate = Static<typeof GatewayCertificate>;

export const Gateway = defineRecord('gateway', {
  siteId: idOf('site'),
  name: Type.String({ minLength: 1 }),
  tokenHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** A code that is given for a token, once and until then (wall time); its SHA-256. */
  enrolment: Type.Optional(
    Type.Object(
      { codeHash: Type.String({ pattern: '^[0-9a-f]{64}$' }), expiresAtMs: Instant },
      { additionalProperties: false },
    ),
  ),
  /** Those that let it in beside its token: the one in use, and one that was issued to follow it. */
  certificates: Type.Optional(Type.Array(GatewayCertificate, { maxItems: 2 })),
  ...endable,
});
export type Gateway = Static<typeof Gateway>;
