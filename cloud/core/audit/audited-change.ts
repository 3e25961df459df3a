import type { AuditEntry, AuditedDecision, AuditedForecast, AuditedWrite } from '@kuluma/shared/model/audit.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { canonicalJson } from './canonical-json.ts';

/** Hex. */
export type Sha256 = (text: string) => string;

/** Where a chain ends: the number of its entries and the hash of the last. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}
export const emptyChain: ChainEnd = { seq: 0, hash: '0'.repeat(64) };

/** From what is known of a machine to what became of it, and who may do what. What is not here leaves no entry. */
export const auditedKinds: readonly RecordKind[] = [
  ...([
    'dataLicence',
    'consentEntry',
    'privacyRequest',
    'dataShareGrant',
    'dataShareUse',
    'person',
    'passkey',
    'secondFactor',
    'identity',
    'gateway',
    'gatewayConfig',
    'setUpChange',
  ] as const),
  ...(['forecastModel', 'modelStep', 'modelPolicy', 'recommendation', 'approval', 'fleetIncident'] as const),
  ...(['offer', 'acceptance', 'message', 'visit', 'visitEntry', 'visitFeedback', 'boardStep', 'outcome'] as const),
  ...(['pushSubscription', 'pushNotice'] as const),
];

/** A record as the change left it. */
export interface Written {
  readonly kind: RecordKind;
  readonly record: RecordOf<RecordKind>;
}

const idPattern = /^[a-z]{3}_[0-9a-z]{26}$/;

const namesOf = ({ organisationId: _, id: __, ...fields }: RecordOf<RecordKind>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => {
      const [, value] = field;
      return typeof value === 'string' && idPattern.test(value);
    }),
  );

const writeOf = ({ kind, record }: Written, sha256: Sha256): AuditedWrite => ({
  ...{ kind, id: record.id, version: record.version },
  state: 'state' in record ? record.state : null,
  names: namesOf(record),
  recordHash: sha256(canonicalJson(record)),
});

/** What the rule said: all of a recommendation but what it is about, its reasons and what became of it since. */
const saidBy = (recommendation: Recommendation): Record<string, unknown> => {
  const {
    organisationId: _,
    id: __,
    externalIds,
    schemaVersion,
    createdBy,
    createdAtMs,
    version,
    ...own
  } = recommendation;
  const { machineId, componentId, drivers, inputs, state, openedAtMs, postponed, machineStateId, ...said } = own;
  return said;
};

/** What stands behind a recommendation that is made. */
export const auditedDecision = (
  recommendation: Recommendation,
  forecasts: readonly Forecast[],
  sha256: Sha256,
): AuditedDecision => ({
  recommendationId: recommendation.id,
  decidedAtMs: recommendation.createdAtMs,
  inputs: recommendation.inputs,
  said: saidBy(recommendation),
  forecasts: forecasts.map((forecast): AuditedForecast => {
    const { id, dataUntilMs, forecastModelId, modelHash, configHash, codeVersion } = forecast;
    const recordHash = sha256(canonicalJson(forecast));
    const inputs = { componentCode: forecast.componentCode, values: [...forecast.featureValues] };
    return { forecastId: id, recordHash, dataUntilMs, forecastModelId, modelHash, configHash, codeVersion, inputs };
  }),
});

/** Who is behind a change: whom it was asked by, else the first person among those who made its records. */
const actorOf = (written: readonly Written[], by: Actor | undefined): Actor => {
  const made = written.filter(({ record }) => record.version === 1).map(({ record }) => record.createdBy);
  return by ?? made.find(({ kind }) => kind !== 'policy') ?? made[0] ?? { kind: 'policy', name: 'service' };
};

/** The hash of an entry: over all of it but the hash itself. */
export const hashOfEntry = ({ hash: _, ...entry }: AuditEntry, sha256: Sha256): string => sha256(canonicalJson(entry));

/**
 * The entry of one change.
 * @param args.written what it wrote of audited kinds, at least one; of a record written twice the last.
 * @param args.end where the chain ends before it.
 */
export const entryOf = (args: {
  readonly organisationId: Id<'organisation'>;
  readonly written: readonly Written[];
  readonly decisions: readonly AuditedDecision[];
  readonly by: Actor | undefined;
  readonly end: ChainEnd;
  readonly nowMs: number;
  readonly random: () => number;
  readonly sha256: Sha256;
}): AuditEntry => {
  const { organisationId, written, decisions, by, end, nowMs, random, sha256 } = args;
  const last = new Map(written.map((one) => [one.record.id as string, one]));
  const writes = [...last.values()].map((one) => writeOf(one, sha256));
  const entry: AuditEntry = {
    ...freshBase('auditEntry', { organisationId, createdBy: actorOf(written, by), nowMs, random }),
    seq: end.seq + 1,
    writes,
    decisions: [...decisions],
    about: [...new Set(writes.flatMap(({ id, names }) => [id, ...Object.values(names)]))],
    previousHash: end.hash,
    hash: '',
  };
  return { ...entry, hash: hashOfEntry(entry, sha256) };
};
