import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';

/** Something that the technician did, as it waits on the phone for the service. */
export interface Act {
  /** Also its idempotency key: sent twice, it is done once. */
  readonly id: string;
  readonly visitId: string;
  readonly path: string;
  /** State of the visit after it. */
  readonly leadsTo: VisitView['state'];
  /** Version of the visit that the technician saw, or that the act before it made. */
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
  add(act: Act): Promise<void>;
  /** One act gone and others changed, or nothing. */
  settle(goneId: string, changed: readonly Act[]): Promise<void>;
}

/** What the service made of an act: the next version of the visit, its no, or nothing that could be heard. */
export type Answer =
  | { readonly kind: 'done'; readonly version: number }
  | { readonly kind: 'refused'; readonly problem: ProblemView }
  | { readonly kind: 'away' }
  | { readonly kind: 'signedOut' };

/**
 * Sends what waits, in order. An act whose answer is lost stays and goes again under its key; behind one that was
 * refused the acts of the same visit wait, those of others go on.
 * @returns why it stopped: nothing is left to send, the service is away, or it does not know who asks
 */
export const replay = async (
  store: ActStore,
  send: (act: Act) => Promise<Answer>,
): Promise<'sent' | 'away' | 'signedOut'> => {
  const stuck = new Set<string>();
  for (;;) {
    const acts = await store.all();
    for (const { visitId, refusal } of acts) if (refusal) stuck.add(visitId);
    const act = acts.find(({ visitId }) => !stuck.has(visitId));
    if (!act) return 'sent';
    const answer = await send(act);
    if (answer.kind === 'away' || answer.kind === 'signedOut') return answer.kind;
    if (answer.kind === 'refused') {
      await store.settle('', [{ ...act, refusal: answer.problem }]);
      continue;
    }
    const { version } = answer;
    const behind = acts.filter(({ id, visitId }) => visitId === act.visitId && id !== act.id);
    await store.settle(
      act.id,
      behind.map((one) => ({ ...one, version })),
    );
  }
};
