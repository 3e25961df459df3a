import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { PartRequestCommand } from '@kuluma/shared/model/views/commands.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { isDay } from '../core/set-up/checks.ts';
import { stands } from '../core/set-up/missing.ts';
import { handOver, isWaitedFor, missingOf, refuse, withdraw } from '../core/stock/part-request.ts';
import { comesTo } from '../core/visits/visit.ts';
import type { Clock, Random, RecordTransaction } from '../ports.ts';
import { type VisitOfMine, visitOfMine } from './advance-visit.ts';
import { openFollowUp } from './follow-ups.ts';
import { keepForWaiting, stockFor } from './keep-for-waiting.ts';
import { needed } from './lookup.ts';
import { moveStock, type StockOrigin } from './move-stock.ts';
import { listeningPhones } from './push-phones.ts';
import { reserveParts } from './reserve-parts.ts';

type Request = RecordOf<'partRequest'>;
type Visit = RecordOf<'visit'>;
type Place = RecordOf<'stockMovement'>['place'];

/** A phone that asks for more at one visit went wrong. */
const mostRequests = 100;

const ledgerOf = (tx: RecordTransaction, { organisationId, partId }: Pick<Request, 'organisationId' | 'partId'>) =>
  tx.list('stockMovement', organisationId, { where: { partId } });

/** What every depot has to give to a request, its own depot first; nothing is told of one that has nothing. */
export const offersOf = (
  ledger: readonly RecordOf<'stockMovement'>[],
  depots: readonly RecordOf<'depot'>[],
  request: Request,
): { depot: RecordOf<'depot'>; quantity: number; reserved: number }[] =>
  depots
    .map((depot) => {
      const { reserved, free } = stockFor(ledger, request, depot.id);
      return { depot, reserved, quantity: Math.max(0, reserved + free) };
    })
    .filter(({ depot, quantity }) => quantity > 0 || depot.id === request.depotId)
    .sort((a, b) => Number(b.depot.id === request.depotId) - Number(a.depot.id === request.depotId));

/** Brings what its depot keeps for the request to what is waited for, as far as the depot has it. */
const keepFor = async (tx: RecordTransaction, origin: StockOrigin, request: Request, visit: Visit): Promise<void> => {
  const { id: causeId, partId, depotId } = request;
  const wanted = isWaitedFor(request, visit) ? missingOf(request) : 0;
  const { reserved, free } = stockFor(await ledgerOf(tx, request), request, depotId);
  const quantity = Math.min(wanted, Math.max(0, reserved + free));
  const kept = quantity > 0 ? [[{ partId, placeId: depotId, from: 'depot' as const, quantity }]] : [];
  await reserveParts(tx, { ...origin, causeId }, [partId], kept);
};

/** The part of this number: as it is written, else however it is written. */
const partOf = async (tx: RecordTransaction, organisationId: Id<'organisation'>, number: string) => {
  const [exact] = (await tx.list('part', organisationId, { where: { number } })).filter(stands);
  if (exact) return exact;
  const plain = number.toLowerCase();
  return (await tx.list('part', organisationId)).find((part) => stands(part) && part.number.toLowerCase() === plain);
};

type Mine = Omit<VisitOfMine, 'seenVersion'> & { readonly personId: Id<'person'> };
type Wanted = Extract<PartRequestCommand, { kind: 'wanted' }>;

const want = async (
  tx: RecordTransaction,
  origin: StockOrigin,
  visit: Visit,
  mine: Mine,
  wanted: Wanted,
): Promise<void> => {
  const { organisationId, technicianId } = mine;
  const { partRequestId, quantity, neededByOn, text } = wanted;
  if (!isDay(neededByOn)) throw new AppError('INPUT_INVALID', `there is no day ${neededByOn}`);
  const before = await tx.get('partRequest', organisationId, partRequestId);
  if (before && before.visitId !== visit.id) throw new AppError('CONFLICT', 'the request is of another visit');
  if (before) return;
  if ((await tx.count('partRequest', organisationId, { where: { visitId: visit.id } })) >= mostRequests)
    throw new AppError('CONFLICT', `a visit asks for at most ${mostRequests} parts`, { hint: 'call the planner' });
  const number = wanted.number.trim();
  const part = await partOf(tx, organisationId, number);
  if (!part) {
    const told = [`${quantity} × ${number}`, neededByOn, text].filter((word) => word !== '').join(' · ');
    return openFollowUp(tx, origin, visit, { kind: 'partWanted', text: told });
  }
  const { depotId } = needed(await tx.get('technician', organisationId, technicianId), 'technician');
  const request: Request = {
    ...freshBase('partRequest', origin),
    id: partRequestId,
    visitId: visit.id,
    machineId: visit.machineId,
    ...{ technicianId, partId: part.id, quantity, handedOver: 0, neededByOn, depotId, text },
    ...{ state: 'open', reason: '', atMs: origin.nowMs },
  };
  await tx.insert('partRequest', request);
  await keepFor(tx, origin, request, visit);
};

/**
 * A technician asks for a part, or needs it no more. Said twice, it is done once. Of a number that is in no catalogue the
 * planner hears in words.
 * @throws NOT_FOUND for another technician's visit or request; CONFLICT when the visit was cancelled, or the request is
 * settled; INPUT_INVALID
 */
export const askForPart = async (
  deps: { readonly clock: Clock; readonly random: Random },
  tx: RecordTransaction,
  mine: Mine,
  command: PartRequestCommand,
): Promise<void> => {
  const visit = await visitOfMine(tx, mine);
  const { organisationId, personId } = mine;
  const createdBy = { kind: 'person', personId } as const;
  const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
  if (command.kind === 'wanted') {
    if (visit.state === 'cancelled')
      throw new AppError('CONFLICT', 'the visit was cancelled', { hint: 'call the planner' });
    return want(tx, origin, visit, mine, command);
  }
  const request = await tx.get('partRequest', organisationId, command.partRequestId);
  if (request?.visitId !== visit.id) throw new AppError('NOT_FOUND', 'there is no such request of yours');
  const next = withdraw(request);
  if (next === request) return;
  await keepFor(tx, origin, await tx.update('partRequest', next), visit);
};

/** A request as a person of the desk saw it. */
export interface SeenRequest {
  readonly organisationId: Id<'organisation'>;
  readonly partRequestId: Id<'partRequest'>;
  readonly personId: Id<'person'>;
  readonly seenVersion: number;
}
interface DeskDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly wallNow: () => number;
}

const seenRequest = async (deps: DeskDeps, tx: RecordTransaction, seen: SeenRequest) => {
  const { organisationId, partRequestId, personId, seenVersion } = seen;
  const request = await tx.get('partRequest', organisationId, partRequestId);
  if (!request) throw new AppError('NOT_FOUND', 'there is no such request');
  if (request.version !== seenVersion)
    throw new AppError('CONFLICT', 'somebody has dealt with it', { hint: 'look again' });
  const visit = needed(await tx.get('visit', organisationId, request.visitId), 'visit');
  const createdBy = { kind: 'person', personId } as const;
  return { request, visit, origin: { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random } };
};

/** The technician's phones hear what became of the request, those that want to hear of the day. */
const tellPhones = async (
  deps: DeskDeps,
  tx: RecordTransaction,
  origin: StockOrigin,
  { id: partRequestId, technicianId, handedOver }: Request,
  kind: 'handedOver' | 'refused',
): Promise<void> => {
  for (const phone of await listeningPhones(tx, origin.organisationId, deps.wallNow()))
    if (phone.technicianId === technicianId)
      await tx.insert('pushNotice', {
        ...freshBase('pushNotice', origin),
        ...{ pushSubscriptionId: phone.id, technicianId, changes: [], part: { partRequestId, kind, handedOver } },
        ...{ state: 'waiting', notBeforeMs: origin.nowMs, attempts: 0, reason: null, sentAtMs: null },
      });
};

/**
 * Pieces go from a depot into the technician's van: the ledger of both tells it, and what is still wanted stays kept.
 * @throws NOT_FOUND; CONFLICT when it was changed since, is settled, asks for fewer, or its visit is off; STOCK_SHORT
 */
export const handOverPart = async (
  deps: DeskDeps,
  tx: RecordTransaction,
  seen: SeenRequest,
  { quantity, depotId }: { readonly quantity: number; readonly depotId: Id<'depot'> },
): Promise<void> => {
  const { request, visit, origin } = await seenRequest(deps, tx, seen);
  const { organisationId, partId, technicianId } = request;
  if (visit.state === 'cancelled') throw new AppError('CONFLICT', 'its visit was cancelled', { hint: 'look again' });
  const depot = await tx.get('depot', organisationId, depotId);
  if (!depot || !stands(depot)) throw new AppError('NOT_FOUND', 'there is no such depot');
  const { reserved, free } = stockFor(await ledgerOf(tx, request), request, depotId);
  const next = await tx.update('partRequest', handOver(request, { quantity, available: reserved + free }));
  const cause = { ...origin, causeId: request.id };
  const move = (place: Place, pieces: number) => moveStock(tx, { partId, place, quantity: pieces }, 'handOver', cause);
  await move(depotId, -quantity);
  await move(technicianId, quantity);
  await keepFor(tx, origin, next, visit);
  await tellPhones(deps, tx, origin, next, 'handedOver');
};

/** Nothing more of it comes. @throws NOT_FOUND; CONFLICT when it was changed since or is settled */
export const refusePart = async (
  deps: DeskDeps,
  tx: RecordTransaction,
  seen: SeenRequest,
  reason: string,
): Promise<void> => {
  const { request, visit, origin } = await seenRequest(deps, tx, seen);
  const next = await tx.update('partRequest', refuse(request, reason));
  await keepFor(tx, origin, next, visit);
  await tellPhones(deps, tx, origin, next, 'refused');
};

/**
 * Requests go along with their visit: of one that is off nothing is kept any more; on another day they are needed by then;
 * another technician gets them, from the depot of theirs. Taken back, it is as it was.
 */
export const followVisit = async (
  tx: RecordTransaction,
  origin: StockOrigin,
  visit: Visit,
  before: Pick<Visit, 'slot'>,
): Promise<void> => {
  const { organisationId, id: visitId } = visit;
  for (const request of await tx.list('partRequest', organisationId, { where: { visitId, state: 'open' } })) {
    const technicianId = comesTo(visit, request.technicianId) ? request.technicianId : visit.technicianId;
    const { depotId, working } = needed(await tx.get('technician', organisationId, technicianId), 'technician');
    const onDay = ({ slot }: Pick<Visit, 'slot'>) => localDayOf(slot.startMs, working.timeZone);
    const moved = {
      ...request,
      ...(technicianId === request.technicianId ? {} : { technicianId, depotId }),
      ...(onDay(visit) === onDay(before) ? {} : { neededByOn: onDay(visit) }),
    };
    const isSame = moved.technicianId === request.technicianId && moved.neededByOn === request.neededByOn;
    await keepFor(tx, origin, isSame ? request : await tx.update('partRequest', moved), visit);
  }
};

/**
 * Pieces out of a technician's van lie on the shelf of their depot again, for those first who wait for them there. Said twice,
 * it is done once.
 * @returns how many are left in the van
 * @throws NOT_FOUND for a part that there is not; CONFLICT for an id that is another's; STOCK_SHORT when the van has fewer
 */
export const returnToDepot = async (
  deps: { readonly clock: Clock; readonly random: Random },
  tx: RecordTransaction,
  who: Pick<Mine, 'organisationId' | 'technicianId' | 'personId'>,
  given: { readonly vanReturnId: Id<'stockMovement'>; readonly partId: Id<'part'>; readonly quantity: number },
): Promise<number> => {
  const { organisationId, technicianId, personId } = who;
  const { vanReturnId, partId, quantity } = given;
  const ledger = await ledgerOf(tx, { organisationId, partId });
  const left = ledger.filter(({ place }) => place === technicianId).reduce((sum, one) => sum + one.quantity, 0);
  const before = await tx.get('stockMovement', organisationId, vanReturnId);
  if (before && before.place !== technicianId) throw new AppError('CONFLICT', 'the return is of another van');
  if (before) return left;
  const technician = needed(await tx.get('technician', organisationId, technicianId), 'technician');
  if (!(await tx.get('part', organisationId, partId))) throw new AppError('NOT_FOUND', 'there is no such part');
  if (quantity > left)
    throw new AppError('STOCK_SHORT', `the van has ${Math.max(0, left)} of the part to give back, not ${quantity}`, {
      hint: 'give back fewer, or ask the planner to count the van',
    });
  const origin = {
    ...{ organisationId, createdBy: { kind: 'person', personId } as const },
    ...{ nowMs: deps.clock.now(), random: deps.random },
  };
  const line = { partId, reason: 'return', causeId: vanReturnId, atMs: origin.nowMs } as const;
  await tx.insert('stockMovement', {
    ...{ ...freshBase('stockMovement', origin), id: vanReturnId },
    ...{ ...line, place: technicianId, quantity: -quantity },
  });
  await tx.insert('stockMovement', {
    ...freshBase('stockMovement', origin),
    ...{ ...line, place: technician.depotId, quantity },
  });
  await keepForWaiting(tx, origin, [{ partId, place: technician.depotId }]);
  return left - quantity;
};
