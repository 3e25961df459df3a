import type { Role } from '@kuluma/shared/model/parties.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';

interface SessionLife {
  /** A session that is not used for so long is over. */
  readonly idleMs: number;
  /** Used or not, after so long its person signs in again. */
  readonly wholeMs: number;
}

/**
 * The more a role may do, the sooner it signs in again (NIST SP 800-63B section 2: shorter at higher assurance). A planner
 * stays signed in from one working day to the next; a technician, whose phone is often without signal, for two weeks.
 */
const lifeOfRole: { readonly [R in Role]: SessionLife } = {
  admin: { idleMs: 4 * hourMs, wholeMs: 12 * hourMs },
  auditor: { idleMs: 4 * hourMs, wholeMs: 12 * hourMs },
  planner: { idleMs: 16 * hourMs, wholeMs: 7 * dayMs },
  technician: { idleMs: 14 * dayMs, wholeMs: 90 * dayMs },
  owner: { idleMs: 14 * dayMs, wholeMs: 90 * dayMs },
};

/** Of several roles the shortest; without a role the shortest of all. */
const lifeOf = (roles: readonly Role[]): SessionLife => {
  const lives = roles.length === 0 ? [lifeOfRole.admin] : roles.map((role) => lifeOfRole[role]);
  return {
    idleMs: Math.min(...lives.map(({ idleMs }) => idleMs)),
    wholeMs: Math.min(...lives.map(({ wholeMs }) => wholeMs)),
  };
};

/** When a session that is used now is over; wall time, epoch ms. */
export const sessionEndMs = (roles: readonly Role[], signedInAtMs: number, nowMs: number): number => {
  const { idleMs, wholeMs } = lifeOf(roles);
  return Math.min(nowMs + idleMs, signedInAtMs + wholeMs);
};

/** When a sign-in is over however often it is used; wall time, epoch ms. */
export const signInEndMs = (roles: readonly Role[], signedInAtMs: number): number =>
  signedInAtMs + lifeOf(roles).wholeMs;

/** A secret is changed for a new one after a tenth of its life, so that a copy of it is soon worth nothing. */
export const wantsNewSecret = (
  session: { readonly roles: readonly Role[]; readonly signedInAtMs: number; readonly expiresAtMs: number },
  nowMs: number,
): boolean => {
  const tenthMs = lifeOf(session.roles).idleMs / 10;
  return sessionEndMs(session.roles, session.signedInAtMs, nowMs) - session.expiresAtMs >= tenthMs;
};

/** How long a link that somebody asked for opens the page, and how many of them one address gets in that time. */
export const askedLink = { lifeMs: 15 * minuteMs, most: 3 } as const;
