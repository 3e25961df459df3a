import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { AskedPart, PartRequestView } from '@kuluma/shared/model/views/visit.ts';
import { stands } from '../../core/set-up/missing.ts';
import { isWaitedFor } from '../../core/stock/part-request.ts';
import { inLine } from '../../core/stock/waiting-line.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { offersOf } from '../../pipelines/part-requests.ts';
import { technicianNameOf } from '../../pipelines/technician-names.ts';
import { machineHeadOf } from './machine-head.ts';

type Request = RecordOf<'partRequest'>;

/** So long a technician sees what became of a request. */
const shownForMs = 3 * dayMs;

const stockOf = async (lookup: Lookup, request: Request) =>
  offersOf(
    await lookup.by('stockMovement', 'partId', request.partId),
    (await lookup.list('depot')).filter(stands),
    request,
  );

const reservedOf = (stock: Awaited<ReturnType<typeof stockOf>>): number =>
  stock.reduce((sum, { reserved }) => sum + reserved, 0);

const askedPartOf = async (lookup: Lookup, request: Request): Promise<AskedPart> => {
  const { id: partRequestId, partId, visitId, quantity, handedOver, neededByOn, state, reason, depotId } = request;
  const { number, name } = needed(await lookup.get('part', partId), 'part');
  const reserved = state === 'open' ? reservedOf(await stockOf(lookup, request)) : 0;
  const depotName = (await lookup.get('depot', depotId))?.name ?? null;
  return { partRequestId, visitId, number, name, quantity, handedOver, reserved, neededByOn, state, reason, depotName };
};

const inTurn = async (lookup: Lookup, requests: readonly Request[]): Promise<AskedPart[]> => {
  const parts: AskedPart[] = [];
  for (const request of requests) parts.push(await askedPartOf(lookup, request));
  return parts;
};

/** What was asked for at a visit, oldest first. */
export const askedPartsOf = async (lookup: Lookup, visitId: Id<'visit'>): Promise<AskedPart[]> =>
  inTurn(lookup, await lookup.by('partRequest', 'visitId', visitId));

/** What a technician waits for, and what became of others lately; oldest first. */
export const awaitedPartsOf = async (
  lookup: Lookup,
  technicianId: Id<'technician'>,
  nowMs: number,
): Promise<AskedPart[]> => {
  const shown: Request[] = [];
  for (const request of await lookup.by('partRequest', 'technicianId', technicianId)) {
    const isRecent = request.state !== 'withdrawn' && request.atMs > nowMs - shownForMs;
    if (isWaitedFor(request, await lookup.get('visit', request.visitId)) || (request.state !== 'open' && isRecent))
      shown.push(request);
  }
  return inTurn(lookup, shown);
};

/** A request as the desk sees it. */
export const partRequestViewOf = async (lookup: Lookup, request: Request, nowMs: number): Promise<PartRequestView> => {
  const { id: partRequestId, version, machineId, technicianId, partId, atMs } = request;
  const { quantity, handedOver, neededByOn, text, state, reason } = request;
  const { number, name } = needed(await lookup.get('part', partId), 'part');
  const stock = await stockOf(lookup, request);
  return {
    ...{ partRequestId, version, number, name, quantity, handedOver, neededByOn, text, state, reason },
    machine: await machineHeadOf(lookup, machineId, nowMs),
    technicianName: await technicianNameOf(lookup, technicianId),
    reserved: reservedOf(stock),
    at: isoOf(atMs),
    depots: stock.map(({ depot: { id: depotId, name: depotName }, quantity: pieces }) => ({
      ...{ depotId, name: depotName, quantity: pieces },
    })),
  };
};

/** What somebody waits for, in the order in which they get it. */
export const openPartRequestsOf = async (lookup: Lookup, nowMs: number): Promise<PartRequestView[]> => {
  const open: PartRequestView[] = [];
  const requests = await lookup.list('partRequest', { where: { state: 'open' } });
  for (const request of [...requests].sort(inLine))
    if (isWaitedFor(request, await lookup.get('visit', request.visitId)))
      open.push(await partRequestViewOf(lookup, request, nowMs));
  return open;
};
