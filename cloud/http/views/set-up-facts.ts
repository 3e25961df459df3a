import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { localDayOf } from '../../core/calendar/local-time.ts';
import type { SetUpFacts } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import type { HttpDeps } from '../http-deps.ts';

/** What the rows of a whole kind look at, to be read in one query each. */
export const neededFor: { readonly [K in SetUpKind]: readonly RecordKind[] } = {
  owners: ['contact', 'dataLicence', 'machineOwnership'],
  contacts: ['consent', 'messagePreference', 'owner'],
  sites: ['machinePlacement', 'gateway'],
  'machine-models': ['forecastModel', 'machine'],
  machines: [
    ...(['machineModel', 'measurementPoint', 'pointAssignment', 'machinePlacement', 'machineOwnership'] as const),
    ...(['site', 'owner', 'contact', 'consent'] as const),
  ],
  // A fleet has tens of thousands: they are listed for one machine or gateway.
  points: [],
  gateways: ['pointAssignment', 'site'],
  technicians: ['depot', 'person'],
  depots: ['technician', 'stockMovement'],
  parts: ['stockMovement'],
  kits: [],
  stock: ['part', 'depot', 'technician', 'person'],
  checklists: ['checklistEdition', 'machineModel'],
  documents: ['machineModel', 'machine'],
};

type Latest = Awaited<ReturnType<HttpDeps['timeSeries']['latest']>>;

/** @param of `all`: what is asked will be asked of many, so that the newest samples are read at once when they first are */
export const factsOf = async (
  { clock, health, timeSeries }: Pick<HttpDeps, 'clock' | 'health' | 'timeSeries'>,
  lookup: Lookup,
  of: 'one' | 'all',
): Promise<SetUpFacts> => {
  const nowMs = clock.now();
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  let all: Promise<Latest> | undefined;
  const latestOf = async (points: readonly RecordOf<'measurementPoint'>[]): Promise<Latest> => {
    const idsOf = (list: readonly RecordOf<'measurementPoint'>[]) => list.map(({ id }) => id);
    if (of === 'one') return timeSeries.latest(lookup.organisationId, idsOf(points));
    const readAll = async () => timeSeries.latest(lookup.organisationId, idsOf(await lookup.list('measurementPoint')));
    all ??= readAll();
    return all;
  };
  const heard = new Set(
    health()
      .gateways.filter(({ lastSeenMs }) => lastSeenMs !== null)
      .map((one) => one.gatewayId),
  );
  return {
    nowMs,
    today: localDayOf(nowMs, timeZone),
    feeds: (id) => lookup.by('pointAssignment', 'pointId', id),
    feedsOf: (id) => lookup.by('pointAssignment', 'gatewayId', id),
    points: (id) => lookup.by('measurementPoint', 'machineId', id),
    placements: (id) => lookup.by('machinePlacement', 'machineId', id),
    ownerships: (id) => lookup.by('machineOwnership', 'machineId', id),
    contacts: (id) => lookup.by('contact', 'ownerId', id),
    consents: (id) => lookup.by('consent', 'contactId', id),
    preferences: (id) => lookup.by('messagePreference', 'contactId', id),
    licences: (id) => lookup.by('dataLicence', 'ownerId', id),
    forecastModels: (id) => lookup.by('forecastModel', 'machineModelId', id),
    stock: (id) => lookup.by('stockMovement', 'partId', id),
    isHeard: (id) => heard.has(id),
    lastSampleMs: async (points) => {
      const latest = await latestOf(points);
      const times = points.flatMap(({ id }) => latest.get(id)?.sampledAtMs ?? []);
      return times.length > 0 ? Math.max(...times) : null;
    },
  };
};
