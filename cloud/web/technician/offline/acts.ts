import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';

/** Something that the technician did, as it waits on the phone for the service. */
export interface Act {
  /** Also its idempotency key: sent twice, it is done once. */
  readonly id: string;
  /** Whose: two technicians may share a phone, and nobody sends what another did. */
  readonly technicianId: string;
  readonly visitId: string;
  readonly path: string;
  /** State of the visit after it. */
  readonly leadsTo: VisitView['state'];
  /** Version of the visit that the technician saw. */
  readonly version: number;
  readonly body: object;
  readonly actedAtMs: number;
  /** The service said no; a person has to look at it. */
  readonly refusal: ProblemView | null;
}

export const actPaths = {
  onTheWay: apiPaths.visitProgress,
  working: apiPaths.visitProgress,
  done: apiPaths.visitReport,
} as const;

/** The visit as it will be once the service has heard of what was done; what was refused counts for nothing. */
export const withActs = (visit: VisitView, acts: readonly Act[]): VisitView => {
  const last = acts.findLast(({ visitId, refusal }) => visitId === visit.visitId && refusal === null);
  return last ? { ...visit, state: last.leadsTo } : visit;
};

/** Where acts wait, in the order in which they were done; they outlive the page and the phone's power. */
export interface ActStore {
  all(): Promise<Act[]>;
  /** The version that the technician's own acts last made of a visit; 0 when there was none. */
  madeVersion(visitId: string): Promise<number>;
  /** The act is gone, and the version that it made is remembered: both or neither. */
  done(act: Act, version: number): Promise<void>;
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
    else await store.done(act, answer.version);
  }
};
