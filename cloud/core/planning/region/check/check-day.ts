import type { Location } from '@kuluma/shared/model/base.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { RegionTechnician } from '../form-people.ts';
import type { RegionVisit } from '../form-work.ts';
import type { PlannedDay, PlannedVisit } from '../plan-document.ts';
import { drivenAt, worked } from './drive-by-clock.ts';
import type { Judge } from './judge.ts';
import { holdsThrough, localClock, minuteOfDay } from './local-clock.ts';

const near = 1e-6;
/** Instants of a plan at hours of traffic are rounded to milliseconds. */
const instantsMs = 10;

/** Somewhere on the way: a site with a machine, the depot, or home. */
interface Spot {
  readonly name: string;
  readonly location: Location;
  readonly site?: string;
  readonly machine?: string;
}

/** Minutes of work: by the level of the skill and the pace of the technician; two work at the visit's own pace. */
const workMinutes = (
  { durationMin, durationByLevel, kind, second }: RegionVisit,
  technician: RegionTechnician,
): number => {
  if (second) return durationMin;
  let minutes = durationMin;
  let reached = Number.NEGATIVE_INFINITY;
  const has = Math.max(
    0,
    ...technician.skills.filter(({ skill }) => skill === durationByLevel?.skill).map(({ level }) => level),
  );
  for (const { level, minutes: own } of durationByLevel?.levels ?? [])
    if (level <= has && level > reached) {
      reached = level;
      minutes = own;
    }
  return minutes * (kind === undefined ? 1 : (technician.workFactors?.[kind] ?? 1));
};

/** Who comes may and can. */
function* checkWho(
  judge: Judge,
  { technician: id, depot: stop, visits }: PlannedDay,
  planned: PlannedVisit,
  visit: RegionVisit,
): Generator<string> {
  const technician = judge.technicians.get(id);
  if (!technician) return;
  const { on } = localClock(Date.parse(planned.startsAt), technician.working.timeZone);
  for (const { skill, level } of planned.second ? (visit.second?.skills ?? []) : visit.skills)
    if (!technician.skills.some((has) => has.skill === skill && has.level >= level))
      yield `${id} has not ${skill} ${level} for visit ${visit.id}`;
  const area = judge.sites.get(visit.site)?.area;
  if (technician.areas && (area === undefined || !technician.areas.includes(area)))
    yield `${id} does not serve the area of visit ${visit.id}`;
  if (planned.second) return;
  for (const code of visit.certificates ?? [])
    if (!technician.certificates.some((has) => has.code === code && has.validUntilOn >= on))
      yield `${id} has no ${code} that is valid on ${on} for visit ${visit.id}`;
  const isBehindDepot = stop !== undefined && Date.parse(stop.endsAt) <= Date.parse(planned.startsAt);
  const lent = isBehindDepot ? (judge.depots.get(stop.depot)?.tools ?? []) : [];
  for (const tool of visit.tools ?? [])
    if (![...technician.tools, ...lent].includes(tool))
      yield `${id} has no ${tool} for visit ${visit.id} (${visits.length} visits)`;
}

/** The time of the work is one that the visit and its site allow. */
function* checkWhen({ sites, nowMs }: Judge, planned: PlannedVisit, visit: RegionVisit): Generator<string> {
  const startMs = Date.parse(planned.startsAt);
  const endMs = Date.parse(planned.endsAt);
  if (startMs < nowMs) yield `visit ${visit.id} starts in the past`;
  const site = sites.get(visit.site);
  if (!site || !holdsThrough(site.access, startMs, endMs)) yield `the site of visit ${visit.id} is closed`;
  if (visit.windows?.every(({ fromAt, toAt }) => startMs < Date.parse(fromAt) || startMs > Date.parse(toAt)))
    yield `visit ${visit.id} starts outside its windows`;
}

/** The route leaves and comes back within hours, overtime in it; a visit that is fixed stretches them. */
function* checkHours(technician: RegionTechnician, day: PlannedDay): Generator<string> {
  const { working, overtime } = technician;
  const leavesMs = Date.parse(day.leavesAt);
  const backMs = Date.parse(day.backAt);
  const regularEndMs = Math.max(leavesMs, backMs - (overtime?.minutes ?? 0) * minuteMs);
  if (!holdsThrough(working, leavesMs, leavesMs)) yield `${day.technician} leaves on ${day.on} outside working hours`;
  else if (!holdsThrough(working, leavesMs, regularEndMs)) yield `${day.technician} comes back too late on ${day.on}`;
}

/** The break: whole, in its time, and not during work. */
function* checkBreak(technician: RegionTechnician, day: PlannedDay): Generator<string> {
  const rule = technician.break;
  if (!rule) return;
  const onDay = (ms: number) => localClock(ms, technician.working.timeZone).minute;
  const leaves = onDay(Date.parse(day.leavesAt));
  const back = onDay(Date.parse(day.backAt));
  const from = minuteOfDay(rule.from);
  const to = minuteOfDay(rule.to);
  if (!day.break) {
    const hours = technician.working.hours.filter(
      ({ weekday }) => weekday === localClock(Date.parse(day.leavesAt), technician.working.timeZone).weekday,
    );
    const isOwed = hours.some(
      (shift) =>
        minuteOfDay(shift.from) <= from &&
        to + rule.minutes <= minuteOfDay(shift.to) &&
        minuteOfDay(shift.to) > minuteOfDay(shift.from),
    );
    if (isOwed && leaves < from + rule.minutes && back > to) yield `${day.technician} has no break on ${day.on}`;
    return;
  }
  const startMs = Date.parse(day.break.fromAt);
  const endMs = Date.parse(day.break.toAt);
  if (onDay(startMs) < from || onDay(startMs) > to || endMs - startMs < rule.minutes * minuteMs)
    yield `the break of ${day.technician} on ${day.on} is not as it shall be`;
  const work = [...day.visits, ...(day.depot ? [day.depot] : [])];
  if (work.some(({ startsAt, endsAt }) => Date.parse(startsAt) < endMs && startMs < Date.parse(endsAt)))
    yield `${day.technician} works through the break on ${day.on}`;
}

/** Drives the day stop by stop: each way, set-up and the break take their time before the next stop can begin. */
function* checkWay(judge: Judge, technician: RegionTechnician, day: PlannedDay): Generator<string> {
  const home = { name: technician.id, location: technician.start };
  const end = technician.end ? { name: `${technician.id}/end`, location: technician.end } : home;
  const depot = judge.depots.get(day.depot?.depot ?? '');
  const { traffic: hours } = judge.region.travel;
  const rest = day.break
    ? { fromMs: Date.parse(day.break.fromAt), toMs: Date.parse(day.break.toAt) }
    : { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const restMs = day.break ? [Date.parse(day.break.fromAt), Date.parse(day.break.toAt)] : undefined;
  const stops: { spot: Spot; startMs: number; endMs: number; what: string }[] = day.visits.flatMap((planned) => {
    const visit = judge.visits.get(planned.visit);
    const site = judge.sites.get(visit?.site ?? '');
    if (!visit || !site) return [];
    const spot = {
      name: site.id,
      location: site.location,
      site: site.id,
      ...(visit.machine === undefined ? {} : { machine: visit.machine }),
    };
    return [
      { spot, startMs: Date.parse(planned.startsAt), endMs: Date.parse(planned.endsAt), what: `visit ${visit.id}` },
    ];
  });
  if (day.depot && depot)
    stops.push({
      spot: { name: depot.id, location: depot.location },
      startMs: Date.parse(day.depot.startsAt),
      endMs: Date.parse(day.depot.endsAt),
      what: 'the depot',
    });
  stops.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  let at: Spot = home;
  let freeMs = Date.parse(day.leavesAt);
  let km = 0;
  const last = { spot: end as Spot, startMs: Date.parse(day.backAt), endMs: Date.parse(day.backAt), what: 'home' };
  for (const { spot, startMs, endMs, what } of [...stops, last]) {
    const way = judge.ways(at, spot);
    const siteSetUp =
      spot.site === undefined || spot.site === at.site ? 0 : (judge.sites.get(spot.site)?.setUpMin ?? 0);
    const machineSetUp =
      spot.machine === undefined || spot.machine === at.machine ? 0 : (judge.machines.get(spot.machine)?.setUpMin ?? 0);
    // On the way or waiting: what of the break lies in between is no time for driving.
    const restHere = restMs ? Math.max(0, Math.min(startMs, restMs[1] ?? 0) - Math.max(freeMs, restMs[0] ?? 0)) : 0;
    const setUpMs = (siteSetUp + machineSetUp) * minuteMs;
    const readyMs = hours
      ? worked(setUpMs, drivenAt(hours, judge.region.timeZone, freeMs, way.minutes, rest), rest)
      : freeMs + way.minutes * minuteMs + setUpMs + restHere;
    if (readyMs > startMs + (hours ? instantsMs : near))
      yield `${technician.id} cannot be at ${what} in time on ${day.on}`;
    at = spot;
    freeMs = endMs;
    km += way.km;
  }
  if (Math.abs(km - day.km) > near * Math.max(1, km))
    yield `${technician.id} drives ${km} km on ${day.on}, not ${day.km}`;
}

/** Everything wrong with one day of one technician. */
export const checkDay = (judge: Judge, day: PlannedDay): string[] => {
  const technician = judge.technicians.get(day.technician);
  if (!technician) return [`technician ${day.technician} is unknown`];
  const faults = [...checkWay(judge, technician, day), ...checkBreak(technician, day)];
  let hasFixed = false;
  for (const planned of day.visits) {
    const visit = judge.visits.get(planned.visit);
    if (!visit) continue;
    hasFixed ||= visit.fixed !== undefined;
    if (!visit.fixed) faults.push(...checkWho(judge, day, planned, visit), ...checkWhen(judge, planned, visit));
    const takesMs = Date.parse(planned.endsAt) - Date.parse(planned.startsAt);
    if (takesMs < workMinutes(visit, technician) * minuteMs - 1000)
      faults.push(`visit ${visit.id} has too little time`);
  }
  return hasFixed ? faults : [...faults, ...checkHours(technician, day)];
};
