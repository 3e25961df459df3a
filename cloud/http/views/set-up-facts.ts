import type { RecordKind } from '@kuluma/shared/model/kinds.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { localDayOf } from '../../core/calendar/local-time.ts';
import type { SetUpFacts } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import type { ServiceHealth } from '../http-deps.ts';

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
  stock: ['part', 'depot', 'technician', 'person'],
};

export const factsOf = async (
  lookup: Lookup,
  health: Pick<ServiceHealth, 'gateways'>,
  nowMs: number,
): Promise<SetUpFacts> => {
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const heard = new Set(health.gateways.filter(({ lastSeenMs }) => lastSeenMs !== null).map((one) => one.gatewayId));
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
  };
};
