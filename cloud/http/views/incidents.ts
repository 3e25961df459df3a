import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { totalOf } from '@kuluma/shared/model/money.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { IncidentHead, IncidentView, SilentGateway } from '@kuluma/shared/model/views/incident.ts';
import { type Cover, type OfferTerms, type PriceList, priceLines } from '../../core/offers/price.ts';
import {
  batchCause,
  causeOf,
  groupIncidents,
  type Incident,
  leastMachines,
  machinesForIncident,
  modelCause,
} from '../../core/recommendations/fleet-incidents.ts';
import { byPriority } from '../../core/recommendations/priority.ts';
import { runs, stands } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { coverNow, termsNow } from '../../pipelines/prices.ts';
import type { GatewayHealth } from '../http-deps.ts';
import type { FleetModel } from './fleet-model.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

type Recommendation = RecordOf<'recommendation'>;

interface Member {
  readonly id: string;
  readonly machineId: string;
  readonly machineModelId: string;
  readonly cause: string;
  /** Where the cause is a batch. */
  readonly batch: string | null;
  readonly atMs: number;
  readonly recommendation: Recommendation;
}

/**
 * Open matters, those of one cause on many machines together: parts of one batch first, as they tell more than the model
 * does, then those of one model.
 */
export const incidentsOf = async (fleet: FleetModel): Promise<ReturnType<typeof groupIncidents<Member>>> => {
  const lookup = fleet.lookup();
  const byModel: Member[] = [];
  const byBatch: Member[] = [];
  const least = new Map<string, number>();
  for (const recommendation of fleet.matters.inState('open')) {
    const { id, machineId, componentId, forecastId, openedAtMs, createdAtMs } = recommendation;
    const machine = needed(await lookup.get('machine', machineId), 'machine');
    const about = causeOf(recommendation, machine, needed(await lookup.get('component', componentId), 'component'));
    const { machineModelId, batch } = about;
    // What changes of state come from nobody knows: each stands alone.
    const cause = forecastId === null ? id : modelCause(about);
    if (!least.has(cause)) {
      const machines = await lookup.by('machine', 'machineModelId', machineModelId);
      least.set(cause, machinesForIncident(machines.filter(stands).length));
    }
    const member = { id, machineId, machineModelId, atMs: openedAtMs ?? createdAtMs, recommendation };
    byModel.push({ ...member, cause, batch: null });
    const ofBatch = forecastId === null ? null : batchCause(about);
    if (ofBatch !== null) byBatch.push({ ...member, cause: ofBatch, batch: batch ?? null });
  }
  const batches = groupIncidents(byBatch, () => leastMachines);
  const taken = new Set(batches.incidents.flatMap(({ members }) => members.map(({ id }) => id)));
  const models = groupIncidents(
    byModel.filter(({ id }) => !taken.has(id)),
    (cause) => least.get(cause) ?? leastMachines,
  );
  return { incidents: [...batches.incidents, ...models.incidents], single: models.single };
};

export const incidentHeadOf = async (lookup: Lookup, { members }: Incident<Member>): Promise<IncidentHead> => {
  const first = needed(members[0], 'member');
  const last = members.at(-1) ?? first;
  return {
    incidentId: first.recommendation.id,
    machines: new Set(members.map(({ machineId }) => machineId)).size,
    modelName: members.every(({ machineModelId }) => machineModelId === first.machineModelId)
      ? needed(await lookup.get('machineModel', first.machineModelId), 'machine model').name
      : null,
    batch: first.batch,
    componentName: (await componentTypeOf(lookup, first.recommendation.componentId)).name,
    failureModeCode: first.recommendation.failureModeCode,
    firstAt: isoOf(first.atMs),
    lastAt: isoOf(last.atMs),
  };
};

/** What work and parts cost, before a plan says the way; null where nobody priced a part. */
const priceOf = (
  recommendation: Recommendation,
  parts: readonly RecordOf<'part'>[],
  prices: PriceList,
  cover: Cover,
) =>
  recommendation.bom.every(({ partId }) => parts.some(({ id }) => id === partId))
    ? totalOf(priceLines(recommendation, [], parts, prices, cover))
    : null;

/** All incidents with their members. */
export const incidentViews = async (fleet: FleetModel, terms: OfferTerms, nowMs: number): Promise<IncidentView[]> => {
  await fleet.entries(nowMs);
  const lookup = fleet.lookup();
  const parts = await lookup.list('part');
  const { prices } = await termsNow(lookup, terms);
  const views: IncidentView[] = [];
  for (const incident of (await incidentsOf(fleet)).incidents) {
    const members: IncidentView['members'] = [];
    const ordered = byPriority(
      incident.members.map(({ recommendation }) => recommendation),
      nowMs,
    );
    for (const recommendation of ordered) {
      const { id, version, machineId, window } = recommendation;
      members.push({
        recommendationId: id,
        version,
        machine: await machineHeadOf(lookup, machineId, nowMs),
        healthGrade: fleet.entry(machineId)?.facts.healthGrade ?? 'unknown',
        windowFromAt: isoOf(window.fromMs),
        windowToAt: isoOf(window.toMs),
        price: priceOf(recommendation, parts, prices, await coverNow(lookup, machineId, nowMs)),
      });
    }
    views.push({ ...(await incidentHeadOf(lookup, incident)), members });
  }
  return views;
};

/** Gateways that were heard and are silent, with the machines that they feed: those with many are one matter each. */
export const silentGateways = async (
  lookup: Lookup,
  gateways: readonly GatewayHealth[],
  nowMs: number,
): Promise<SilentGateway[]> => {
  const silent: SilentGateway[] = [];
  for (const { gatewayId, online, lastSeenMs } of gateways) {
    const gateway = online ? undefined : await lookup.get('gateway', gatewayId);
    if (!gateway || !stands(gateway)) continue;
    const fed = (await lookup.by('pointAssignment', 'gatewayId', gatewayId)).filter((one) => runs(one, nowMs));
    const points = await lookup.list('measurementPoint', { where: { id: fed.map(({ pointId }) => pointId) } });
    const machines = new Set(points.map(({ machineId }) => machineId)).size;
    if (machines < leastMachines) continue;
    silent.push({
      gatewayId: gateway.id,
      name: gateway.name,
      siteName: (await lookup.get('site', gateway.siteId))?.name ?? '',
      machines,
      lastSeenAt: lastSeenMs === null ? null : isoOf(lastSeenMs),
    });
  }
  return silent;
};
