import type { Role } from '@kuluma/shared/model/parties.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';

/** So long nothing is asked again after a second factor was shown. */
export const freshMs = 15 * minuteMs;

/** What somebody has to prove a second time who they are. */
export interface Factors {
  readonly hasCodes: boolean;
  readonly passkeys: number;
}

/** Whoever gives rights needs one; whoever took codes wants to be asked for them. */
export const needsFactor = (roles: readonly Role[], { hasCodes }: Pick<Factors, 'hasCodes'>): boolean =>
  roles.includes('admin') || hasCodes;

/**
 * Whether a dangerous act waits for a second factor: `missing` where there is none to show yet.
 * @param shownAtMs when one was shown in this session, wall time.
 */
export const factorWanted = (
  roles: readonly Role[],
  factors: Factors,
  shownAtMs: number | undefined,
  nowMs: number,
): 'missing' | 'needed' | undefined => {
  if (!needsFactor(roles, factors)) return undefined;
  if (shownAtMs !== undefined && nowMs - shownAtMs < freshMs) return undefined;
  return !factors.hasCodes && factors.passkeys === 0 ? 'missing' : 'needed';
};

/** Six digits could be guessed: after so many wrong ones in a row none is looked at for a while, then longer each time. */
const freeFailures = 5;
const longestLockMs = 24 * 60 * minuteMs;

/** Wrong codes in a row after one more, and until when none is looked at (0: at once). */
export const afterFailure = (failures: number, nowMs: number): { failures: number; lockedUntilMs: number } => {
  const next = failures + 1;
  const lockMs = next < freeFailures ? 0 : Math.min(longestLockMs, 15 * minuteMs * 2 ** (next - freeFailures));
  return { failures: next, lockedUntilMs: lockMs === 0 ? 0 : nowMs + lockMs };
};
