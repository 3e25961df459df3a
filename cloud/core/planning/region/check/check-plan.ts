import { minuteMs } from '@kuluma/shared/model/units.ts';
import { haversineTravel } from '../../travel.ts';
import type { RegionForm } from '../form.ts';
import type { PlanDocument } from '../plan-document.ts';
import { matrixTable } from '../travel-table.ts';
import { checkDay } from './check-day.ts';
import { checkStock } from './check-stock.ts';
import { checkTerms } from './check-terms.ts';
import type { Judge, Ways } from './judge.ts';

/** The ways of a region that needs no server for them. */
export const waysOf = (region: RegionForm): Ways => {
  const { travel } = region;
  const factor = travel.factor ?? 1;
  if (travel.by === 'matrix' && travel.matrix) {
    const points = travel.matrix.places.map((name) => ({ name, location: { latitude: 0, longitude: 0 } }));
    const table = matrixTable(points, travel.matrix);
    const at = new Map(travel.matrix.places.map((name, i) => [name, i]));
    return (from, to) => {
      const way = (at.get(from.name) ?? -1) * table.size + (at.get(to.name) ?? -1);
      return {
        minutes: Math.ceil((table.minutes[way] ?? Number.NaN) * factor - 1e-9),
        km: table.km[way] ?? Number.NaN,
      };
    };
  }
  const bands = travel.haversine?.bands?.map(({ upToKm = Number.POSITIVE_INFINITY, kmPerHour }) => ({
    upToKm,
    kmPerHour,
  }));
  const drive = haversineTravel(travel.haversine?.detourFactor, bands);
  return (from, to) => {
    const { minutes, km } = drive(from.location, to.location);
    return { minutes: Math.ceil(minutes * factor - 1e-9), km };
  };
};

/** Things by id; of two with one id the first stands. */
const byId = <T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
  new Map([...things].reverse().map((thing) => [thing.id, thing]));

/** Where each visit was put: all that come, and when. */
interface Standing {
  readonly technician: string;
  readonly startMs: number;
  readonly endMs: number;
}

const standingOf = (plan: PlanDocument): Map<string, Standing[]> =>
  Map.groupBy(
    plan.routes.flatMap(({ technician, visits }) =>
      visits.map(({ visit, startsAt, endsAt }) => {
        return { visit, technician, startMs: Date.parse(startsAt), endMs: Date.parse(endsAt) };
      }),
    ),
    ({ visit }) => visit,
  );

/** Ties between visits: crews, order, what comes together, what is fixed. */
function* checkTies({ visits }: Judge, standing: ReadonlyMap<string, readonly Standing[]>): Generator<string> {
  for (const [id, stands] of standing) {
    const visit = visits.get(id);
    if (!visit) {
      yield `visit ${id} is not in the region`;
      continue;
    }
    const [first, second] = stands;
    if (stands.length !== (visit.second ? 2 : 1)) yield `visit ${id} has ${stands.length} technicians`;
    if (first && second && (first.startMs !== second.startMs || first.technician === second.technician))
      yield `visit ${id}: the two do not come together`;
    for (const { technician, startMs } of stands) {
      if (visit.fixed && startMs !== Date.parse(visit.fixed.startAt)) yield `visit ${id} left the time it is fixed to`;
      if (visit.fixed && technician !== visit.fixed.technician && technician !== visit.fixed.second)
        yield `visit ${id} left the technician it is fixed to`;
    }
    if (visit.after) {
      const before = standing.get(visit.after.visit)?.[0];
      if (!before) yield `visit ${id} comes after ${visit.after.visit}, which does not take place`;
      else if ((first?.startMs ?? 0) < before.endMs + visit.after.gapMin * minuteMs)
        yield `visit ${id} starts too early after ${visit.after.visit}`;
    }
    if (visit.together !== undefined) {
      const other = standing.get(visit.together)?.[0];
      if (!other || other.startMs !== first?.startMs) yield `visit ${id} does not come together with ${visit.together}`;
      if (other?.technician === first?.technician) yield `visit ${id} has the technician of ${visit.together}`;
    }
  }
}

/**
 * Everything wrong with a plan, in words: drives each day stop by stop by the clocks on the walls, counts the parts and
 * adds up the terms. It reads the form and the document alone and knows nothing of how the plan was made.
 */
export const checkPlan = (region: RegionForm, plan: PlanDocument, ways: Ways = waysOf(region)): string[] => {
  const judge: Judge = {
    region,
    ways,
    nowMs: Date.parse(region.nowAt),
    technicians: byId(region.technicians),
    depots: byId(region.depots),
    sites: byId(region.sites),
    machines: byId(region.machines),
    visits: byId(region.visits),
  };
  const standing = standingOf(plan);
  const faults = [...plan.routes.flatMap((day) => checkDay(judge, day)), ...checkTies(judge, standing)];
  const unassigned = new Set(plan.unassigned.map(({ visit }) => visit));
  for (const { id } of region.visits)
    if (standing.has(id) === unassigned.has(id)) faults.push(`visit ${id} is both planned and not, or neither`);
  for (const [technician, days] of Map.groupBy(plan.routes, (day) => day.technician)) {
    const inOrder = days
      .map(({ leavesAt, backAt }) => [Date.parse(leavesAt), Date.parse(backAt)] as const)
      .sort((a, b) => a[0] - b[0]);
    if (inOrder.some(([leaves], i) => leaves < (inOrder[i - 1]?.[1] ?? Number.NEGATIVE_INFINITY)))
      faults.push(`technician ${technician} is on two routes at once`);
  }
  return [...faults, ...checkStock(judge, plan), ...checkTerms(judge, plan)];
};
