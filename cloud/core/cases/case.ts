import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Case, CaseMessage, CasePhoto, caseVoices } from '@kuluma/shared/model/cases.ts';

type Origin = Parameters<typeof freshBase>[1];

/** What somebody says. */
export interface Said {
  readonly voice: (typeof caseVoices)[number];
  readonly text: string;
  readonly photo?: CasePhoto | undefined;
}

export interface CaseStep {
  readonly subject: Case;
  readonly message: CaseMessage;
}

const messageOf = (caseId: Case['id'], { voice, text, photo }: Said, origin: Origin): CaseMessage => ({
  ...freshBase('caseMessage', origin),
  caseId,
  voice,
  text,
  ...(photo && { photo }),
});

const turnAfter = ({ voice }: Said): Case['turn'] => (voice === 'planner' ? 'owner' : 'company');

/** A new case with the first that was said in it. */
export const openCase = (
  about: Pick<Case, 'origin' | 'urgency' | 'machineId' | 'ownerId' | 'contactId' | 'visitId' | 'reachAt' | 'language'>,
  said: Said,
  origin: Origin,
): CaseStep => {
  const subject: Case = {
    ...freshBase('case', origin),
    ...about,
    state: 'open',
    turn: turnAfter(said),
    lastAtMs: origin.nowMs,
    closedAtMs: null,
  };
  return { subject, message: messageOf(subject.id, said, origin) };
};

/** One thing more in a case. A closed one is open again: what is said is never lost in a drawer. */
export const sayInCase = (subject: Case, said: Said, origin: Origin): CaseStep => ({
  subject: { ...subject, state: 'open', turn: turnAfter(said), lastAtMs: origin.nowMs, closedAtMs: null },
  message: messageOf(subject.id, said, origin),
});

/** @throws CONFLICT for one that is closed */
export const closeCase = (subject: Case, nowMs: number): Case => {
  if (subject.state === 'closed') throw new AppError('CONFLICT', 'the case is closed already');
  return { ...subject, state: 'closed', closedAtMs: nowMs };
};

const weight = { stopped: 0, disturbed: 1, canWait: 2 } as const;

/** What waits for the company first, the worst and then the oldest of it; closed cases last, newest first. */
export const byNeed = (a: Case, b: Case): number => {
  if (a.state !== b.state) return a.state === 'open' ? -1 : 1;
  if (a.state === 'closed') return b.lastAtMs - a.lastAtMs;
  if (a.turn !== b.turn) return a.turn === 'company' ? -1 : 1;
  return weight[a.urgency] - weight[b.urgency] || a.lastAtMs - b.lastAtMs;
};
