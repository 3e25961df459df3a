import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { PartRequestCommand, VisitAskCommand, VisitWorkCommand } from '@kuluma/shared/model/views/commands.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { AskedPart, DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';

/** What an act is: the way to a state of the visit, statements of its work, a question to the planner, or a part's way. */
export const actPaths = {
  onTheWay: apiPaths.visitProgress,
  working: apiPaths.visitProgress,
  done: apiPaths.visitReport,
  work: apiPaths.visitWork,
  ask: apiPaths.visitAsk,
  part: apiPaths.visitPartRequests,
  vanReturn: apiPaths.vanReturns,
} as const;
export type ActKind = keyof typeof actPaths;

/** Setting out, beginning and the report: each leads the visit to its next state. */
export const leadsOn = (kind: ActKind): kind is 'onTheWay' | 'working' | 'done' =>
  kind === 'onTheWay' || kind === 'working' || kind === 'done';
/** Stands beside the visit, whoever changes that meanwhile: its version is not the act's to vouch for. */
const isBeside = (kind: ActKind): boolean => kind === 'work' || kind === 'part' || kind === 'vanReturn';
/** What an act that is of no visit is said to be of. */
export const inNoVisit = { visitId: '', version: 0 } as const;

/** Something that the technician did, as it waits on the phone for the service. */
export interface Act {
  /** Also its idempotency key: sent twice, it is done once. */
  readonly id: string;
  /** Whose: two technicians may share a phone, and nobody sends what another did. */
  readonly technicianId: string;
  readonly visitId: string;
  readonly path: string;
  readonly kind: ActKind;
  /** Version of the visit that the technician saw. */
  readonly version: number;
  readonly body: object;
  readonly actedAtMs: number;
  /** The service said no; a person has to look at it. */
  readonly refusal: ProblemView | null;
}

/** Requests as they will be once the service has heard of those that wait. */
export const withRequests = (
  parts: readonly AskedPart[],
  bodies: readonly { readonly visitId: string; readonly body: PartRequestCommand }[],
): AskedPart[] => {
  const heard = new Map(parts.map((part) => [part.partRequestId, part]));
  for (const { visitId, body } of bodies) {
    const known = heard.get(body.partRequestId);
    if (body.kind === 'notWanted' && known) heard.set(body.partRequestId, { ...known, state: 'withdrawn' });
    if (body.kind === 'wanted' && !known) {
      const { partRequestId, number, quantity, neededByOn } = body;
      heard.set(partRequestId, {
        ...{ partRequestId, visitId: visitId as AskedPart['visitId'], number, quantity, neededByOn },
        ...{ name: null, handedOver: 0, reserved: 0, state: 'open', reason: '', depotName: null },
      });
    }
  }
  return [...heard.values()];
};

/** The van and the requests of the day as they will be; the visits by `withActs`. */
export const dayWithActs = (day: DayView, acts: readonly Act[]): DayView => {
  const waiting = acts.filter(({ refusal }) => refusal === null);
  const requests = waiting.flatMap(({ kind, visitId, body }) =>
    kind === 'part' ? [{ visitId, body: body as PartRequestCommand }] : [],
  );
  const left = new Map((day.van ?? []).map((part) => [String(part.partId), part.quantity]));
  for (const { kind, body } of waiting) {
    if (kind !== 'vanReturn') continue;
    const { partId, quantity } = body as { partId: string; quantity: number };
    left.set(partId, Math.max(0, (left.get(partId) ?? 0) - quantity));
  }
  return {
    ...day,
    visits: day.visits.map((one) => withActs(one, acts)),
    askedParts: withRequests(day.askedParts ?? [], requests).filter(({ state }) => state !== 'withdrawn'),
    van: (day.van ?? []).map((part) => ({ ...part, quantity: left.get(part.partId) ?? part.quantity })),
  };
};

/** The visit as it will be once the service has heard of what was done; what was refused counts for nothing. */
export const withActs = (visit: VisitView, acts: readonly Act[]): VisitView => {
  const waiting = acts.filter(({ visitId, refusal }) => visitId === visit.visitId && refusal === null);
  const bodies = <Body>(kind: ActKind) => waiting.flatMap((act) => (act.kind === kind ? [act.body as Body] : []));
  const leading = waiting.findLast(({ kind }) => leadsOn(kind))?.kind ?? visit.state;
  const heard = new Set(visit.work.map(({ entryId }) => entryId));
  const stated = bodies<VisitWorkCommand>('work').flatMap(({ entries }) => entries);
  const asked = bodies<VisitAskCommand>('ask');
  return {
    ...visit,
    state: leading as VisitView['state'],
    work: [...visit.work, ...stated.filter(({ entryId }) => !heard.has(entryId))],
    askedParts: withRequests(
      visit.askedParts ?? [],
      bodies<PartRequestCommand>('part').map((body) => ({ visitId: visit.visitId, body })),
    ),
    followUps: [...visit.followUps, ...asked.map(({ kind, text }) => ({ kind, text, state: 'open' as const }))],
  };
};

/** Where acts wait, in the order in which they were done; they outlive the page and the phone's power. */
export interface ActStore {
  all(): Promise<Act[]>;
  /** The version that the technician's own acts last made of a visit; 0 when there was none. */
  madeVersion(visitId: string): Promise<number>;
  /** The act is gone, and the version that it made is remembered: both or neither. Null where it made none. */
  done(act: Act, version: number | null): Promise<void>;
  refuse(act: Act, problem: ProblemView): Promise<void>;
}

/** What the service made of an act: the next version of the visit, its no, or nothing that could be heard. */
export type Answer =
  | { readonly kind: 'done'; readonly version: number }
  | { readonly kind: 'refused'; readonly problem: ProblemView }
  | { readonly kind: 'away' }
  | { readonly kind: 'signedOut' };

/**
 * Sends what waits of one technician, in order, each act on the version that the one before it made. An act whose answer
 * is lost stays and goes again under its key; behind one that was refused the acts of the same visit wait, those of
 * others go on.
 * @returns why it stopped: nothing is left to send, the service is away, or it does not know who asks
 */
export const replay = async (
  store: ActStore,
  technicianId: string,
  send: (act: Act, version: number) => Promise<Answer>,
): Promise<'sent' | 'away' | 'signedOut'> => {
  for (;;) {
    const acts = (await store.all()).filter((act) => act.technicianId === technicianId);
    const stuck = new Set(acts.filter(({ refusal }) => refusal !== null).map(({ visitId }) => visitId));
    const act = acts.find(({ visitId }) => !stuck.has(visitId));
    if (!act) return 'sent';
    const answer = await send(act, Math.max(act.version, await store.madeVersion(act.visitId)));
    if (answer.kind === 'away' || answer.kind === 'signedOut') return answer.kind;
    if (answer.kind === 'refused') await store.refuse(act, answer.problem);
    else await store.done(act, isBeside(act.kind) ? null : answer.version);
  }
};
