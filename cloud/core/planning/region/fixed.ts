import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Shift } from './shifts.ts';
import type { SiftedVisit } from './sift.ts';
import { localText } from './time-axis.ts';
import type { Trouble } from './trouble.ts';

/** A visit, or the second technician's part of one, that stands where it is. */
export interface FixedWork {
  readonly visit: SiftedVisit;
  /** Of two technicians who come together. */
  readonly isSecond: boolean;
  readonly shift: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface FixedPlan {
  readonly works: readonly FixedWork[];
  readonly troubles: readonly Trouble[];
}

const sayOf = (visit: SiftedVisit, code: Trouble['code'], message: string, hint: string): Trouble => ({
  code,
  path: `${visit.path}/fixed`,
  message,
  hint,
  visit: visit.id,
});

/**
 * Where pinned and frozen visits stand. Of two that clash the frozen one stands, else the earlier.
 * @param durationMin of the visit for the technician of the shift
 * @param wayMin from one visit to the next for who leaves then, set-up in it
 */
export const fixedPlanOf = (
  visits: Iterable<SiftedVisit>,
  shifts: readonly Shift[],
  durationMin: (visit: SiftedVisit, shift: number) => number,
  wayMin: (from: SiftedVisit, to: SiftedVisit, leaveMs: number) => number,
): FixedPlan => {
  const troubles: Trouble[] = [];
  const byShift = new Map<number, FixedWork[]>();
  const place = (visit: SiftedVisit, technician: string, isSecond: boolean): void => {
    const startMs = Date.parse(visit.fixed?.startAt ?? '');
    const shift = shifts.findIndex(
      (one) => one.technician.id === technician && one.fromMs <= startMs && startMs < one.backByMs,
    );
    if (shift === -1) {
      const when = localText(startMs, shifts[0]?.technician.working.timeZone ?? 'UTC');
      const message = `it is fixed to ${technician} at ${when}, when that technician is unknown or not at work`;
      troubles.push(sayOf(visit, 'fixedOutsideHours', message, 'change the pin or the working hours'));
      return;
    }
    const endMs = startMs + durationMin(visit, shift) * minuteMs;
    byShift.set(shift, [...(byShift.get(shift) ?? []), { visit, isSecond, shift, startMs, endMs }]);
  };
  for (const visit of visits) {
    if (!visit.fixed) continue;
    place(visit, visit.fixed.technician, false);
    if (visit.second && visit.fixed.second !== undefined) place(visit, visit.fixed.second, true);
  }

  const works: FixedWork[] = [];
  const rank = ({ visit, startMs }: FixedWork) => (visit.fixed?.by === 'frozen' ? startMs - 1e15 : startMs);
  for (const wanted of byShift.values()) {
    const standing: FixedWork[] = [];
    for (const work of wanted.sort((a, b) => rank(a) - rank(b))) {
      const fits = (a: FixedWork, b: FixedWork) => a.endMs + wayMin(a.visit, b.visit, a.endMs) * minuteMs <= b.startMs;
      const clash = standing.find((other) => !fits(other, work) && !fits(work, other));
      if (!clash) standing.push(work);
      else {
        const { technician } = shifts[work.shift] ?? {};
        const message = `its pin clashes with ${clash.visit.id}: ${technician?.id} cannot make both`;
        troubles.push(sayOf(work.visit, 'fixedClash', message, 'release or move one of the two'));
      }
    }
    works.push(...standing);
  }
  const gone = new Set(troubles.map(({ visit }) => visit));
  return { works: works.filter(({ visit }) => !gone.has(visit.id)), troubles };
};
