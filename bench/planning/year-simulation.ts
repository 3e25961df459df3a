import { dayMs } from '@kuluma/shared/model/units.ts';
import { createProblem } from '../../cloud/core/planning/kernel/problem.ts';
import { createSearch } from '../../cloud/core/planning/kernel/search.ts';
import { type CompiledRegion, compileRegion } from '../../cloud/core/planning/region/compile.ts';
import type { RegionVisit } from '../../cloud/core/planning/region/form-work.ts';
import { timetableOf } from '../../cloud/core/planning/region/timetable.ts';
import { haversineTable } from '../../cloud/core/planning/region/travel-table.ts';
import { quantileDays, type Remaining, remainingLife, waitingCurve } from '../../cloud/core/planning/region/wear.ts';
import { haversineTravel } from '../../cloud/core/planning/travel.ts';
import { createFleet, type Fleet, type Quality, startMs, type Wearing } from './year-fleet.ts';

/**
 * How a plan knows when to come: by the cost of waiting day by day; by the date at which one in ten has failed, as it is
 * forecast in that week; or by the earliest of all such dates that were forecast for this life, since a date that is asked
 * again each week of those who have not failed yet moves away from them.
 */
export type Policy = 'riskCurve' | 'dueAtP10' | 'earliestP10';

export interface YearOptions {
  readonly seed: number;
  readonly technicians: number;
  readonly components: number;
  readonly weeks: number;
  readonly moves: number;
}

/** What a year cost, in euros, and how often what happened. */
export interface YearCost {
  readonly failures: number;
  readonly wastedLife: number;
  readonly travel: number;
  readonly total: number;
  readonly failureCount: number;
  readonly serviceCount: number;
}

const horizonDays = 14;
const executedDays = 7;
/** A component enters the plan when it may fail with this probability within this time. */
const entry = { probability: 0.01, days: 28 };

const onDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const baseVisit = ({ id, site, machine, trade }: Wearing): RegionVisit => ({
  id,
  site,
  machine,
  kind: trade.kind,
  durationMin: trade.durationMin,
  skills: [...trade.skills],
});

/** The visits that a policy asks for this week. */
const visitOf = (
  policy: Policy,
  component: Wearing,
  left: Remaining,
  nowMs: number,
  tripEuros: number,
): RegionVisit | undefined => {
  if (policy === 'riskCurve') {
    if (quantileDays(left, entry.probability) > entry.days) return undefined;
    // May be left out: the region knows what coming later costs.
    const kind = { ...component.trade, replaceEuros: component.trade.replaceEuros + tripEuros };
    return { ...baseVisit(component), waiting: waitingCurve(kind, left, nowMs), penaltyCents: 0 };
  }
  const forecastMs = nowMs + quantileDays(left, 0.1) * dayMs;
  component.earliestDueMs = Math.min(component.earliestDueMs, forecastMs);
  const dueMs = policy === 'dueAtP10' ? forecastMs : component.earliestDueMs;
  if (dueMs > nowMs + horizonDays * dayMs) return undefined;
  return { ...baseVisit(component), dueOn: onDay(dueMs), latePerDayCents: 5000, penaltyCents: 200_000 };
};

const planWeek = async (fleet: Fleet, visits: readonly RegionVisit[], nowMs: number, seed: number, moves: number) => {
  const region: CompiledRegion = await compileRegion(
    {
      ...fleet.region,
      nowAt: new Date(nowMs).toISOString(),
      toOn: onDay(nowMs + (horizonDays - 1) * dayMs),
      visits: [...visits],
    },
    async (points) => haversineTable(points),
  );
  const search = createSearch(createProblem(region.spec), () => Number.NaN);
  const { best } = search({
    routes: [],
    visits: Int32Array.from(region.spec.visits.keys()),
    vehicles: Int32Array.from(region.spec.vehicles.keys()),
    seed,
    heat: { from: 30, to: 1 },
    end: { moves },
    aim: 'cost',
    poolSize: 0,
  });
  return { region, plan: best };
};

const drive = haversineTravel();

/** What it costs to drive from home to a broken machine and back at once, with whoever lives nearest. */
const loneTripEuros = ({ region }: Fleet, { site: id }: Wearing): number => {
  const site = region.sites.find((one) => one.id === id);
  if (!site) throw new Error(`no site ${id}`);
  const trips = region.technicians.map(({ start, costPerHourCents, costPerKmCents }) => {
    const { km, minutes } = drive(start, site.location);
    return (2 * (km * costPerKmCents + (minutes / 60) * costPerHourCents)) / 100;
  });
  return Math.min(...trips);
};

/**
 * A year of weeks: what is read off each component becomes visits, the kernel plans two weeks, the first of them
 * happens. Who fails before is repaired at once on a trip of its own. Policies meet the same lives.
 */
export const simulateYear = async (policy: Policy, quality: Quality, options: YearOptions): Promise<YearCost> => {
  const { seed, technicians, components, weeks, moves } = options;
  const fleet = createFleet(seed, technicians, components, quality);
  const byId = new Map(fleet.components.map((component) => [component.id, component]));
  const cost = { failures: 0, wastedLife: 0, travel: 0, failureCount: 0, serviceCount: 0 };

  const serve = (component: Wearing, atMs: number): void => {
    const leftDays = (component.failsMs - atMs) / dayMs;
    cost.wastedLife += (component.trade.replaceEuros * leftDays) / component.trade.meanLifeDays;
    cost.serviceCount++;
    fleet.renew(component, atMs);
  };
  const fail = (component: Wearing): void => {
    cost.failures += component.trade.failureEuros;
    cost.failureCount++;
    cost.travel += loneTripEuros(fleet, component);
    fleet.renew(component, component.failsMs);
  };

  for (let week = 0; week < weeks; week++) {
    const nowMs = startMs + week * executedDays * dayMs;
    const untilMs = nowMs + executedDays * dayMs;
    fleet.readAgain();
    const visits = fleet.components.flatMap((component) => {
      const ageDays = (nowMs - component.bornMs) / dayMs;
      const left = remainingLife(component.trade, ageDays, fleet.signalOf(component, nowMs));
      return visitOf(policy, component, left, nowMs, loneTripEuros(fleet, component)) ?? [];
    });
    if (visits.length > 0) {
      const { region, plan } = await planWeek(fleet, visits, nowMs, seed * 1000 + week, moves);
      for (const route of plan.routes) {
        const planned = timetableOf(region.spec, route);
        const startOf = new Map(
          planned.stops.map(({ visit, start }) => [visit, region.axis.originMs + start * 60_000]),
        );
        if ((startOf.values().next().value ?? 0) >= untilMs) continue;
        // Who has failed by then has been repaired already: the technician drives past.
        const kept = [...route.visits].filter((visit) => {
          const component = byId.get(region.works[visit]?.visit.id ?? '');
          return component !== undefined && component.failsMs > (startOf.get(visit) ?? 0);
        });
        if (kept.length === 0) continue;
        const driven = timetableOf(region.spec, {
          ...route,
          visits: Int32Array.from(kept),
          windows: Int32Array.from(kept, (visit) => route.windows?.[route.visits.indexOf(visit)] ?? 0),
        });
        const costs = region.spec.vehicles[route.vehicle]?.costs;
        const working = driven.stops.reduce((sum, { start, end }) => sum + end - start, 0);
        const waysMin = driven.back - driven.leave - working;
        cost.travel += (costs?.perDistance ?? 0) * driven.distance + (costs?.perDuration ?? 0) * waysMin;
        for (const { visit, start } of driven.stops) {
          const component = byId.get(region.works[visit ?? -1]?.visit.id ?? '');
          if (component) serve(component, region.axis.originMs + start * 60_000);
        }
      }
    }
    for (const component of fleet.components) while (component.failsMs < untilMs) fail(component);
  }
  return { ...cost, total: cost.failures + cost.wastedLife + cost.travel };
};
