import { minuteMs } from '@kuluma/shared/model/units.ts';
import { intersect } from '../../calendar/intervals.ts';
import { localDays } from '../../calendar/local-time.ts';
import { openIntervals } from '../../calendar/open-hours.ts';
import { plannedRoute } from '../kernel/plan.ts';
import type { RegionForm } from '../region/form.ts';
import type { RegionTechnician } from '../region/form-people.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { readyAt } from '../region/supply.ts';
import { instantAt, minuteOf, timeAxisOf } from '../region/time-axis.ts';
import { timetableOf } from '../region/timetable.ts';
import { minutesFrom } from '../region/way-minutes.ts';
import { type Desk, fits, vehiclesOf } from './desk.ts';
import { type RuleCode, ruleCodes } from './rules.ts';

/** Why a technician cannot make the visit, on a day or (null) on any day of the window. Facts by name; instants are epoch ms. */
export interface PlanReason {
  readonly technicianId: string | null;
  readonly onDay: string | null;
  /** `second`: the first technician could come. */
  readonly code: RuleCode | 'second';
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A region as it is, and as if everybody worked round the clock; undefined where nobody is at work. */
export interface Desks {
  readonly form: RegionForm;
  readonly visit: RegionVisit;
  readonly asIs: Desk | undefined;
  readonly anyHours: Desk | undefined;
}

/** Whether the technician has a place for the visit with those rules set aside. */
const fitsWith = (
  { asIs, anyHours }: Desks,
  technician: string,
  on: string,
  setAside: readonly RuleCode[],
): boolean => {
  const aside = new Set(setAside);
  const desk = aside.has('hours') ? anyHours : asIs;
  return desk !== undefined && fits(desk, vehiclesOf(desk, technician, on), aside);
};

/**
 * The rules that keep the visit out of the day: with all of them set aside it fits, with any one kept it does not.
 * Found by real insertion tests with a deletion filter (Chinneck and Dravnieks, ORSA Journal on Computing 3, 1991).
 * A visit that would not fit in an empty round-the-clock day is a matter of hours.
 */
const conflictOn = (desks: Desks, technician: string, on: string, setAside: readonly RuleCode[]): RuleCode[] => {
  const fit = (codes: readonly RuleCode[]) => fitsWith(desks, technician, on, [...codes, ...setAside]);
  let conflict: readonly RuleCode[] = ruleCodes;
  if (!fit(conflict)) return ['hours'];
  for (const code of ruleCodes) {
    const fewer = conflict.filter((other) => other !== code);
    if (fit(fewer)) conflict = fewer;
  }
  return [...conflict];
};

const missingSkills = ({ skills }: RegionTechnician, visit: RegionVisit): RegionVisit['skills'] =>
  visit.skills.filter((need) => !skills.some((has) => has.skill === need.skill && has.level >= need.level));

const minutesOf = (intervals: readonly { readonly fromMs: number; readonly toMs: number }[]): number =>
  intervals.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / minuteMs, 0);

const certificateFacts = ({ certificates }: RegionTechnician, visit: RegionVisit): PlanReason['facts'] => {
  const byEnd = (visit.certificates ?? []).map((certificate) => {
    const ends = certificates.filter(({ code }) => code === certificate).map(({ validUntilOn }) => validUntilOn);
    return { certificate, until: ends.sort().at(-1) };
  });
  const [first] = byEnd.sort((a, b) => (a.until ?? '').localeCompare(b.until ?? ''));
  return first ? { certificate: first.certificate, ...(first.until ? { validUntilOn: first.until } : {}) } : {};
};

/** The part that is waited for longest, and when the technician's depot has enough of it. */
const partFacts = ({ compiled }: Desk, technician: RegionTechnician, visit: RegionVisit): PlanReason['facts'] => {
  const { supply, axis } = compiled;
  const waits = (visit.parts ?? []).map((need) => ({ part: need.part, at: readyAt(supply, technician, need) }));
  const [last] = waits.sort((a, b) => b.at - a.at);
  if (!last) return {};
  return {
    partId: last.part,
    ...(Number.isFinite(last.at) ? { readyMs: Math.max(axis.nowMs, instantAt(axis, last.at)) } : {}),
  };
};

/** What the technician does on the day without the visit, and what the visit takes beside: both in minutes. */
const factsOf = (desks: Desks, technician: RegionTechnician, on: string, code: RuleCode): PlanReason['facts'] => {
  const { visit } = desks;
  const desk = desks.asIs ?? desks.anyHours;
  if (!desk) return {};
  const { compiled } = desk;
  const shifts = compiled.shifts.filter((shift) => shift.technician.id === technician.id && shift.on === on);
  const atWork = desks.asIs ? shifts : [];
  switch (code) {
    case 'skill': {
      const missing = missingSkills(technician, visit)[0];
      return missing ? { skill: missing.skill, level: missing.level } : {};
    }
    case 'certificate':
      return certificateFacts(technician, visit);
    case 'tool':
      return { tool: visit.tools?.find((tool) => !technician.tools.includes(tool)) ?? '' };
    case 'area':
      return { area: compiled.sifted.sites.get(visit.site)?.area ?? '' };
    case 'part':
      return partFacts(desk, technician, visit);
    case 'hours':
      return {
        neededMin: neededMinutes(desk, technician, visit, atWork[0]?.fromMs ?? compiled.axis.nowMs),
        workingMin: minutesOf(atWork),
      };
    case 'access': {
      const access = compiled.sifted.sites.get(visit.site)?.access;
      const from = Math.min(...atWork.map(({ fromMs }) => fromMs));
      const to = Math.max(...atWork.map(({ toMs }) => toMs));
      return { openMin: access && to > from ? minutesOf(intersect(openIntervals(access, from, to), atWork)) : 0 };
    }
    case 'busy':
      return { busyMin: busyMinutes(desk, technician, on) };
    case 'window': {
      const [first] = visit.windows ?? [];
      const last = visit.windows?.at(-1);
      return first && last ? { fromMs: Date.parse(first.fromAt), toMs: Date.parse(last.toAt) } : {};
    }
  }
};

/** There, the work, and back home, for who leaves at a time. */
const neededMinutes = ({ compiled }: Desk, { id }: RegionTechnician, visit: RegionVisit, leaveMs: number): number => {
  const { places, spec, axis } = compiled;
  const { start = 0, end = 0 } = places.ofTechnician.get(id) ?? {};
  const at = places.ofVisit({ ...visit, path: '', lines: [] });
  const leave = minuteOf(axis, leaveMs);
  const over = leave + minutesFrom(spec, start, at, leave) + visit.durationMin;
  return Math.ceil(over + minutesFrom(spec, at, end, over) - leave - 1e-6);
};

const busyMinutes = (desk: Desk, { id }: RegionTechnician, on: string): number =>
  vehiclesOf(desk, id, on).reduce((sum, vehicle) => {
    const route = plannedRoute(desk.state.problem, desk.state, vehicle);
    if (route.visits.length === 0) return sum;
    const { leave, stops } = timetableOf(desk.relaxed.spec, route);
    return sum + Math.round((stops.at(-1)?.end ?? leave) - leave);
  }, 0);

/** Days of the technician on which work could begin within the window. */
const daysFor = ({ form, visit }: Desks, { working }: RegionTechnician): string[] => {
  const nowMs = Date.parse(form.nowAt);
  const fromMs = Math.max(nowMs, ...(visit.windows ?? []).slice(0, 1).map(({ fromAt }) => Date.parse(fromAt)));
  const last = visit.windows?.at(-1)?.toAt;
  const toMs = last === undefined ? timeAxisOf(form).endMs : Date.parse(last) + 1;
  return toMs > fromMs ? localDays(fromMs, toMs, working.timeZone) : [];
};

/**
 * Why this technician has no place for the visit in its window: missing skills once, the rest day by day.
 * @param onlyOn leaves out the other days
 */
export const whyNot = (desks: Desks, technician: RegionTechnician, onlyOn?: string): PlanReason[] => {
  const technicianId = technician.id;
  const skills = missingSkills(technician, desks.visit);
  const setAside: RuleCode[] = skills.length > 0 ? ['skill'] : [];
  const bySkill = skills.map(({ skill, level }): PlanReason => {
    return { technicianId, onDay: null, code: 'skill', facts: { skill, level } };
  });
  const days = daysFor(desks, technician);
  if (days.some((on) => fitsWith(desks, technicianId, on, setAside))) return bySkill;
  const byDay = days
    .filter((on) => onlyOn === undefined || on === onlyOn)
    .flatMap((onDay) =>
      conflictOn(desks, technicianId, onDay, setAside).map((code): PlanReason => {
        return { technicianId, onDay, code, facts: factsOf(desks, technician, onDay, code) };
      }),
    );
  return [...bySkill, ...byDay];
};
