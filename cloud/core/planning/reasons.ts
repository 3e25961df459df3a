import type { Technician } from '@kuluma/shared/model/stock.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { intersect, overlaps } from '../calendar/intervals.ts';
import { partsPlans } from './parts.ts';
import {
  daysOf,
  missingSkills,
  placementsOn,
  type Region,
  type RuleCode,
  ruleCodes,
  type TechnicianDay,
  validUntilOn,
} from './placements.ts';
import type { VisitNeed } from './visit-need.ts';

/** Why a technician cannot make the visit, on a day or (null) on any day of the window. Facts by name; instants are epoch ms. */
export interface PlanReason {
  readonly technicianId: Technician['id'] | null;
  readonly onDay: string | null;
  readonly code: RuleCode;
  readonly facts: Readonly<Record<string, string | number>>;
}

/**
 * The rules that keep the visit out of the day: with all of them set aside it fits, with any one kept it does not.
 * Found by real insertion tests with a deletion filter (Chinneck and Dravnieks, ORSA Journal on Computing 3, 1991).
 * A visit that would not fit in an empty round-the-clock day is a matter of hours.
 */
const conflictOn = (date: TechnicianDay, need: VisitNeed, region: Region, setAside: RuleCode[]): RuleCode[] => {
  const fits = (codes: RuleCode[]) => placementsOn(date, need, region, new Set([...codes, ...setAside])).length > 0;
  let conflict: RuleCode[] = [...ruleCodes];
  if (!fits(conflict)) return ['hours'];
  for (const code of ruleCodes) {
    const fewer = conflict.filter((other) => other !== code);
    if (fits(fewer)) conflict = fewer;
  }
  return conflict;
};

const minutesOf = (intervals: readonly { fromMs: number; toMs: number }[]) =>
  intervals.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / minuteMs, 0);

const factsOf = (code: RuleCode, date: TechnicianDay, need: VisitNeed, region: Region): PlanReason['facts'] => {
  const { technician, shifts, access } = date;
  switch (code) {
    case 'skill': {
      const missing = missingSkills(technician, need)[0];
      return missing ? { skill: missing.skill, level: missing.level } : {};
    }
    case 'certificate': {
      const byEnd = need.certificates
        .map((certificate) => ({ certificate, until: validUntilOn(technician, certificate) ?? '' }))
        .sort((a, b) => a.until.localeCompare(b.until));
      const first = byEnd[0];
      return first ? { certificate: first.certificate, ...(first.until ? { validUntilOn: first.until } : {}) } : {};
    }
    case 'part': {
      const plans = partsPlans(need.bom, technician, region).sort((x, y) => x.readyMs - y.readyMs);
      const soonest = plans[0];
      if (soonest) {
        const waitedFor =
          soonest.sources.find((s) => s.from === 'supplier') ?? soonest.sources.find((s) => s.from === 'depot');
        return { ...(waitedFor ? { partId: waitedFor.partId } : {}), readyMs: soonest.readyMs };
      }
      const unknown = need.bom.find((line) => !region.parts.some((part) => part.id === line.partId));
      return unknown ? { partId: unknown.partId } : {};
    }
    case 'hours': {
      const way = region.travel(technician.home, need.location).minutes * 2;
      return { neededMin: way + need.durationMin, workingMin: minutesOf(shifts) };
    }
    case 'access':
      return { openMin: minutesOf(intersect(access, shifts)) };
    case 'busy': {
      const stops = region.busy.filter((stop) => stop.technicianId === technician.id);
      const blocks = stops.map((stop) => ({ fromMs: stop.busyFromMs, toMs: stop.busyToMs }));
      return { busyMin: minutesOf(blocks.filter((block) => shifts.some((shift) => overlaps(block, shift)))) };
    }
    case 'window':
      return { fromMs: need.window.fromMs, toMs: need.window.toMs };
  }
};

/**
 * Why this technician has no place for the visit in its window: missing skills once, the rest day by day.
 * @param onlyOn leaves out the other days.
 */
export const whyNot = (technician: Technician, need: VisitNeed, region: Region, onlyOn?: string): PlanReason[] => {
  const days = daysOf(technician, need, region.nowMs);
  const skills = missingSkills(technician, need);
  const setAside: RuleCode[] = skills.length > 0 ? ['skill'] : [];
  const bySkill = skills.map(({ skill, level }): PlanReason => {
    return { technicianId: technician.id, onDay: null, code: 'skill', facts: { skill, level } };
  });
  if (days.some((date) => placementsOn(date, need, region, new Set(setAside)).length > 0)) return bySkill;
  const byDay = days
    .filter((date) => onlyOn === undefined || date.day === onlyOn)
    .flatMap((date) =>
      conflictOn(date, need, region, setAside).map((code): PlanReason => {
        const facts = factsOf(code, date, need, region);
        return { technicianId: technician.id, onDay: date.day, code, facts };
      }),
    );
  return [...bySkill, ...byDay];
};
