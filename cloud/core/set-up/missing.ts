import type { Period } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MissingCode, SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

type Several<T> = Promise<readonly T[]>;

/** What belongs to what is set up; whoever makes it decides how it is read. */
export interface SetUpFacts {
  readonly nowMs: number;
  /** Today where the company is. */
  readonly today: string;
  readonly feeds: (pointId: string) => Several<RecordOf<'pointAssignment'>>;
  readonly feedsOf: (gatewayId: string) => Several<RecordOf<'pointAssignment'>>;
  readonly points: (machineId: string) => Several<RecordOf<'measurementPoint'>>;
  readonly placements: (machineId: string) => Several<RecordOf<'machinePlacement'>>;
  readonly ownerships: (machineId: string) => Several<RecordOf<'machineOwnership'>>;
  readonly contacts: (ownerId: string) => Several<RecordOf<'contact'>>;
  readonly consents: (contactId: string) => Several<RecordOf<'consent'>>;
  readonly preferences: (contactId: string) => Several<RecordOf<'messagePreference'>>;
  readonly licences: (ownerId: string) => Several<RecordOf<'dataLicence'>>;
  readonly forecastModels: (machineModelId: string) => Several<RecordOf<'forecastModel'>>;
  readonly stock: (partId: string) => Several<RecordOf<'stockMovement'>>;
  readonly isHeard: (gatewayId: string) => boolean;
  /** When the points were measured last; null for never. */
  readonly lastSampleMs: (points: readonly RecordOf<'measurementPoint'>[]) => Promise<number | null>;
}

export const runs = ({ period: { fromMs, toMs } }: { readonly period: Period }, nowMs: number): boolean =>
  fromMs <= nowMs && (toMs === null || nowMs < toMs);
export const stands = (record: { readonly endedAtMs?: number }): boolean => record.endedAtMs === undefined;

const anyRuns = async (records: Several<{ readonly period: Period }>, { nowMs }: SetUpFacts): Promise<boolean> =>
  (await records).some((record) => runs(record, nowMs));

/** Whether anyone at the owner may be told of a service. */
const isTold = async (facts: SetUpFacts, ownerId: string): Promise<boolean> => {
  for (const contact of await facts.contacts(ownerId))
    if (stands(contact) && (await anyRuns(facts.consents(contact.id), facts))) return true;
  return false;
};

const isFed = async (facts: SetUpFacts, points: readonly RecordOf<'measurementPoint'>[]): Promise<boolean> => {
  for (const point of points) if (await anyRuns(facts.feeds(point.id), facts)) return true;
  return false;
};

type Lacks = Partial<Record<MissingCode, boolean>>;
type Rule<R> = (record: R, facts: SetUpFacts) => Promise<Lacks>;

/** Machines are read all the time; who has not been for this long is silent. */
const silentAfterMs = dayMs;

const machineLacks: Rule<RecordOf<'machine'>> = async ({ id }, facts) => {
  const points = (await facts.points(id)).filter(stands);
  const isConnected = await isFed(facts, points);
  const lastMs = isConnected ? await facts.lastSampleMs(points) : null;
  const ownerId = (await facts.ownerships(id)).find((ownership) => runs(ownership, facts.nowMs))?.ownerId;
  return {
    noPoints: points.length === 0,
    noGateway: points.length > 0 && !isConnected,
    noSamples: isConnected && (lastMs === null || lastMs < facts.nowMs - silentAfterMs),
    noSite: !(await anyRuns(facts.placements(id), facts)),
    noOwner: ownerId === undefined,
    noOwnerContact: ownerId !== undefined && !(await isTold(facts, ownerId)),
  };
};

/** What a thing lacks for its machine to be forecast, its visit to be planned and its people to be told. */
const rules: {
  readonly owners: Rule<RecordOf<'owner'>>;
  readonly contacts: Rule<RecordOf<'contact'>>;
  readonly sites: Rule<RecordOf<'site'>>;
  readonly 'machine-models': Rule<RecordOf<'machineModel'>>;
  readonly machines: Rule<RecordOf<'machine'>>;
  readonly points: Rule<RecordOf<'measurementPoint'>>;
  readonly gateways: Rule<RecordOf<'gateway'>>;
  readonly technicians: Rule<RecordOf<'technician'>>;
  readonly parts: Rule<RecordOf<'part'>>;
} = {
  owners: async ({ id }, facts) => ({
    noContact: !(await facts.contacts(id)).some(stands),
    noFleetTraining: !(await facts.licences(id)).some(
      (licence) => runs(licence, facts.nowMs) && licence.purposes.includes('fleetTraining'),
    ),
  }),
  contacts: async ({ id, email, phone }, facts) => {
    const isBySms = (await facts.preferences(id)).some(({ channel }) => channel === 'sms');
    return {
      noLegalBasis: !(await anyRuns(facts.consents(id), facts)),
      noAddress: (isBySms ? phone : email) === '',
    };
  },
  sites: async ({ access }) => ({ noHours: access.hours.length === 0 }),
  'machine-models': async ({ id, componentTypes }, facts) => ({
    noComponents: componentTypes.length === 0,
    noForecastModel: (await facts.forecastModels(id)).length === 0,
    noPartsList: componentTypes.some(({ bom, kitId }) => bom.length === 0 && !kitId),
    noSkills: componentTypes.some(({ skills }) => skills.length === 0),
  }),
  machines: machineLacks,
  points: async ({ id }, facts) => ({ noGateway: !(await anyRuns(facts.feeds(id), facts)) }),
  gateways: async ({ id }, facts) => ({
    neverHeard: !facts.isHeard(id),
    noPoints: !(await anyRuns(facts.feedsOf(id), facts)),
  }),
  technicians: async ({ skills, working, certificates }, { today }) => ({
    noSkills: skills.length === 0,
    noHours: working.hours.length === 0,
    certificateExpired: certificates.some(({ validUntilOn }) => validUntilOn < today),
  }),
  parts: async ({ id, priceCents }, facts) => ({
    noPrice: priceCents === 0,
    noStock: (await facts.stock(id)).reduce((sum, { quantity }) => sum + quantity, 0) <= 0,
  }),
};

const isRuled = (kind: SetUpKind): kind is keyof typeof rules => Object.hasOwn(rules, kind);

/** What is missing of a record; nothing is of what has ended. */
export const missingOf = async (
  kind: SetUpKind,
  record: { readonly endedAtMs?: number },
  facts: SetUpFacts,
): Promise<MissingCode[]> => {
  if (!isRuled(kind) || !stands(record)) return [];
  // Each rule is given the records of its own kind.
  const lacks = await (rules[kind] as Rule<unknown>)(record, facts);
  return Object.entries(lacks).flatMap(([code, isLacking]) => (isLacking ? [code as MissingCode] : []));
};
