import type { Period } from '@kuluma/shared/model/base.ts';
import type { EndObstacle } from '@kuluma/shared/model/set-up-kinds.ts';
import { stockLevels } from '../core/planning/parts.ts';
import type { EndableKind } from '../core/set-up/end.ts';
import type { Lookup } from './lookup.ts';

export interface Obstacle {
  readonly code: EndObstacle;
  readonly count: number;
}

type Count = (lookup: Lookup, id: string, nowMs: number) => Promise<number>;

const stands = (record: { readonly endedAtMs?: number }): boolean => record.endedAtMs === undefined;
const lasts =
  (nowMs: number) =>
  ({ period: { toMs } }: { readonly period: Period }): boolean =>
    toMs === null || toMs > nowMs;

/** Visits that have yet to be done. */
const openVisits = ['booked', 'onTheWay', 'working'];

const visitsBy =
  (field: 'machineId' | 'technicianId' | 'secondTechnicianId'): Count =>
  async (lookup, id) =>
    (await lookup.by('visit', field, id)).filter(({ state }) => openVisits.includes(state)).length;

const stockAt: Count = async (lookup, place) =>
  stockLevels(await lookup.by('stockMovement', 'place', place)).filter(({ quantity }) => quantity !== 0).length;

const stockOf: Count = async (lookup, partId) =>
  (await lookup.by('stockMovement', 'partId', partId)).reduce((sum, { quantity }) => sum + quantity, 0);

/** What has to be done before something may end, kind by kind: it would be missed where it is counted on. */
const counts: { readonly [K in EndableKind]?: Partial<Record<EndObstacle, Count>> } = {
  owners: {
    machinesOwned: async (lookup, id, nowMs) =>
      (await lookup.by('machineOwnership', 'ownerId', id)).filter(lasts(nowMs)).length,
  },
  sites: {
    machinesHere: async (lookup, id, nowMs) =>
      (await lookup.by('machinePlacement', 'siteId', id)).filter(lasts(nowMs)).length,
    gatewaysHere: async (lookup, id) => (await lookup.by('gateway', 'siteId', id)).filter(stands).length,
  },
  'machine-models': {
    machinesOfModel: async (lookup, id) => (await lookup.by('machine', 'machineModelId', id)).filter(stands).length,
  },
  machines: {
    visitsBooked: visitsBy('machineId'),
    offersOpen: async (lookup, id) =>
      (await lookup.by('offer', 'machineId', id)).filter(({ state }) => state === 'sent').length,
  },
  technicians: {
    visitsBooked: async (lookup, id, nowMs) =>
      (await visitsBy('technicianId')(lookup, id, nowMs)) + (await visitsBy('secondTechnicianId')(lookup, id, nowMs)),
    offersOpen: async (lookup, id) =>
      (await lookup.by('slotHold', 'technicianId', id)).filter(({ state }) => state === 'held').length,
    stockHere: stockAt,
  },
  depots: {
    techniciansHere: async (lookup, id) => (await lookup.by('technician', 'depotId', id)).filter(stands).length,
    stockHere: stockAt,
  },
  parts: {
    inStock: stockOf,
    onPartsLists: async (lookup, id) =>
      (await lookup.list('machineModel')).filter(
        (model) => stands(model) && model.componentTypes.some(({ bom }) => bom.some(({ partId }) => partId === id)),
      ).length,
    inKits: async (lookup, id) =>
      (await lookup.list('kit')).filter((kit) => stands(kit) && kit.lines.some(({ partId }) => partId === id)).length,
  },
  kits: {
    onPartsLists: async (lookup, id) =>
      (await lookup.list('machineModel')).filter(
        (model) => stands(model) && model.componentTypes.some(({ kitId }) => kitId === id),
      ).length,
  },
};

export const obstaclesOf = async (
  lookup: Lookup,
  kind: EndableKind,
  id: string,
  nowMs: number,
): Promise<Obstacle[]> => {
  const obstacles: Obstacle[] = [];
  for (const [code, count] of Object.entries(counts[kind] ?? {})) {
    const found = await count(lookup, id, nowMs);
    if (found > 0) obstacles.push({ code: code as EndObstacle, count: found });
  }
  return obstacles;
};
