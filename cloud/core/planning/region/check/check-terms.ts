import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { Temporal } from 'temporal-polyfill';
import type { RegionVisit } from '../form-work.ts';
import type { PlanDocument, PlannedDay, Terms } from '../plan-document.ts';
import type { Judge } from './judge.ts';
import { localClock } from './local-clock.ts';

type WaitingCents = 'riskCents' | 'wastedLifeCents';

/** Euros of a curve at an instant: straight between its points, flat outside. */
const curveEuros = ({ waiting = [] }: RegionVisit, key: WaitingCents, atMs: number): number => {
  const points = waiting.map((point) => [Date.parse(point.startAt), point[key] / 100] as const);
  const after = points.find(([ms]) => ms >= atMs) ?? points.at(-1);
  const before = points.findLast(([ms]) => ms < atMs) ?? after;
  if (!after || !before) return 0;
  if (after[0] <= before[0] || atMs >= after[0]) return after[1];
  return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0]);
};

/** What the time of a visit costs: curves at noon of its day in the company's zone. */
const timeTerms = ({ region }: Judge, visit: RegionVisit, startMs: number): Terms => {
  const { on } = localClock(startMs, region.timeZone);
  const noonMs = Temporal.PlainDateTime.from(`${on}T12:00`).toZonedDateTime(region.timeZone).epochMilliseconds;
  const late = visit.dueOn === undefined ? 0 : Math.max(0, (Date.parse(on) - Date.parse(visit.dueOn)) / dayMs);
  const { promised, slaOn, slaCents, latePerDayCents } = visit;
  const isMoved = promised && (startMs < Date.parse(promised.fromAt) || startMs > Date.parse(promised.toAt));
  return {
    risk: curveEuros(visit, 'riskCents', noonMs),
    wastedLife: curveEuros(visit, 'wastedLifeCents', noonMs),
    lateness: (late * (latePerDayCents ?? region.prices.latePerDayCents)) / 100,
    sla: slaOn !== undefined && on > slaOn ? (slaCents ?? region.prices.slaCents) / 100 : 0,
    stability: isMoved ? (promised.moveCents ?? region.prices.moveCents) / 100 : 0,
  };
};

const add = (sum: Record<string, number>, terms: Terms): void => {
  for (const [name, value] of Object.entries(terms)) sum[name] = (sum[name] ?? 0) + value;
};

const dayTerms = (judge: Judge, day: PlannedDay): Terms => {
  const technician = judge.technicians.get(day.technician);
  const sum: Record<string, number> = {};
  if (!technician) return sum;
  const { costPerDayCents = 0, costPerKmCents, costPerHourCents, overtime, working } = technician;
  const leavesMs = Date.parse(day.leavesAt);
  const backMs = Date.parse(day.backAt);
  const ends = working.hours
    .filter(({ weekday, from, to }) => weekday === localClock(leavesMs, working.timeZone).weekday && to > from)
    .map(
      ({ to }) =>
        Temporal.PlainDateTime.from(`${localClock(leavesMs, working.timeZone).on}T00:00`)
          .add({ hours: Number(to.slice(0, 2)), minutes: Number(to.slice(3)) })
          .toZonedDateTime(working.timeZone).epochMilliseconds,
    )
    .sort((a, b) => a - b);
  const endMs = ends.find((ms) => ms > leavesMs) ?? ends.at(-1) ?? backMs;
  add(sum, {
    day: costPerDayCents / 100,
    travel: (day.km * costPerKmCents) / 100,
    time: ((backMs - leavesMs) / minuteMs / 60) * (costPerHourCents / 100),
    overtime: overtime ? (Math.max(0, backMs - endMs) / minuteMs / 60) * (overtime.extraPerHourCents / 100) : 0,
  });
  for (const { visit: id, second, startsAt } of day.visits) {
    const visit = judge.visits.get(id);
    if (!visit || second) continue;
    add(sum, timeTerms(judge, visit, Date.parse(startsAt)));
    const asked = visit.promised?.technician;
    if (asked !== undefined && asked !== day.technician && !visit.fixed && judge.technicians.has(asked))
      add(sum, { stability: (visit.promised?.moveCents ?? judge.region.prices.moveCents) / 100 });
  }
  return sum;
};

function* compare(what: string, said: Terms, found: Terms): Generator<string> {
  for (const name of new Set([...Object.keys(said), ...Object.keys(found)])) {
    const [one, other] = [said[name] ?? 0, found[name] ?? 0];
    if (Math.abs(one - other) > 1e-6 * Math.max(1, Math.abs(other))) yield `${what}: ${name} is ${other}, not ${one}`;
  }
}

const sumOf = (terms: Terms): number => Object.values(terms).reduce((sum, value) => sum + value, 0);

/** The terms of each day are what the form says they cost, and those of the plan add up. */
export function* checkTerms(judge: Judge, { routes, terms, cost }: PlanDocument): Generator<string> {
  const total: Record<string, number> = {};
  for (const day of routes) {
    yield* compare(`${day.technician} on ${day.on}`, day.terms, dayTerms(judge, day));
    add(total, day.terms);
  }
  // What is beyond the days is the price of visits left out.
  for (const [name, value] of Object.entries(terms))
    if (value < (total[name] ?? 0) - 1e-6) yield `the plan's ${name} is less than that of its days`;
  if (Math.abs(sumOf(terms) - cost) > 1e-6 * Math.max(1, Math.abs(cost)))
    yield `the terms add up to ${sumOf(terms)}, not ${cost}`;
}
