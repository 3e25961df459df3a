import { AppError } from '@kuluma/shared/errors.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { DepotSpec, ProblemSpec, VehicleSpec, VisitSpec } from '../kernel/problem-spec.ts';
import { rounding } from '../kernel/traffic-curve.ts';
import { type FixedWork, fixedPlanOf } from './fixed.ts';
import type { RegionForm } from './form.ts';
import { laterWorkEuros, type Ways } from './later-work.ts';
import { brokenLinks } from './links.ts';
import { type Places, placesOf, placeTable, setUpTable } from './places.ts';
import { type PreparedRegion, prepareRegion } from './prepare.ts';
import type { Shift } from './shifts.ts';
import { minuteOf } from './time-axis.ts';
import { busyWaysOf } from './traffic-hours.ts';
import type { TravelSource } from './travel-table.ts';
import { absenceTermsOf, createOpenings, eurosOf, moveEuros } from './visit-windows.ts';
import { minutesFrom, minutesInto, type TimedWays } from './way-minutes.ts';
import type { Work } from './work.ts';

/** A region as the kernel takes it: visit `i` of the problem is `works[i]`, vehicle `i` is `shifts[i]`. */
export interface CompiledRegion extends PreparedRegion {
  readonly spec: ProblemSpec;
  readonly places: Places;
}

/** The kernel holds tools in 31 bits: those that most visits ask for and a depot lends. */
const mostTools = 31;

const lentTools = ({ sifted, works }: PreparedRegion): readonly string[] => {
  const lent = new Set([...sifted.depots.values()].flatMap(({ tools = [] }) => tools));
  const asked = new Map<string, number>();
  for (const { visit } of works)
    for (const tool of visit.tools ?? []) if (lent.has(tool)) asked.set(tool, (asked.get(tool) ?? 0) + 1);
  return [...asked.keys()].sort((a, b) => (asked.get(b) ?? 0) - (asked.get(a) ?? 0)).slice(0, mostTools);
};

const secondSuffix = '#second';

/** What the second technician's part of a visit is called in the problem. */
export const secondIdOf = (visit: string): string => `${visit}${secondSuffix}`;

/** The visit whose second technician's part has that name; undefined for any other name. */
export const firstIdOf = (kernelId: string): string | undefined =>
  kernelId.endsWith(secondSuffix) ? kernelId.slice(0, -secondSuffix.length) : undefined;

export const kernelIdOf = ({ visit, isSecond }: Pick<Work, 'visit' | 'isSecond'>): string =>
  isSecond ? secondIdOf(visit.id) : visit.id;

/** Whether the break can be taken at all between visits that stand. */
const breakFits = (rule: NonNullable<Shift['break']>, fixed: readonly FixedWork[]): boolean => {
  const starts = [rule.fromMs, ...fixed.map(({ endMs }) => endMs)].filter((ms) => ms >= rule.fromMs && ms <= rule.toMs);
  return starts.some((from) =>
    fixed.every(({ startMs, endMs }) => endMs <= from || from + rule.minutes * minuteMs <= startMs),
  );
};

/** What the compiler knows when it makes visits and vehicles. */
interface Context extends PreparedRegion {
  readonly places: Places;
  readonly timed: TimedWays;
  readonly tools: readonly string[];
  /** Whether any visit takes something from a van or depot. */
  readonly isSupplied: boolean;
  /** By shift, in order of time. */
  readonly fixedOn: ReadonlyMap<number, readonly FixedWork[]>;
}

const vehicleOf = (shift: Shift, index: number, context: Context, order: Orders): VehicleSpec => {
  const { axis, places, timed, groupOf, tools, fixedOn, isSupplied } = context;
  const { technician, break: rule } = shift;
  const { start = -1, end = -1 } = places.ofTechnician.get(technician.id) ?? {};
  const fixed = fixedOn.get(index) ?? [];
  const first = fixed[0];
  const last = fixed.at(-1);
  const from = minuteOf(axis, Math.max(shift.fromMs, axis.nowMs));
  const to = minuteOf(axis, shift.backByMs);
  // What stands is a fact: the way to it and home from it may lie outside the hours, and before now.
  const begins = first ? minuteOf(axis, first.startMs) : from;
  const leaveBy = first ? begins - minutesInto(timed, start, places.ofVisit(first.visit), begins) : from;
  const ends = last ? minuteOf(axis, last.endMs) : to;
  const backAt = last ? ends + minutesFrom(timed, places.ofVisit(last.visit), end, ends) : to;
  const depot = isSupplied ? order.depots.get(technician.depot ?? '') : undefined;
  const { overtime, costPerDayCents = 0, costPerKmCents, costPerHourCents } = technician;
  const on = (ms: number) => minuteOf(axis, ms);
  return {
    id: order.vehicleIds[index] ?? '',
    technician: order.technicians.get(technician.id) ?? -1,
    start,
    end,
    window: { from: Math.min(from, leaveBy), to: Math.max(to, backAt) },
    group: groupOf[index] ?? 0,
    tools: tools.flatMap((tool, i) => (technician.tools.includes(tool) ? [i] : [])),
    ...(depot === undefined ? {} : { depot }),
    ...(rule && breakFits(rule, fixed)
      ? { break: { minutes: rule.minutes, from: on(rule.fromMs), to: on(rule.toMs) } }
      : {}),
    ...(overtime ? { overtime: { after: on(shift.toMs), perMinute: eurosOf(overtime.extraPerHourCents) / 60 } } : {}),
    costs: {
      used: eurosOf(costPerDayCents),
      perDistance: eurosOf(costPerKmCents),
      perDuration: eurosOf(costPerHourCents) / 60,
    },
  };
};

/** Where things stand in the lists of the kernel. */
interface Orders {
  readonly technicians: ReadonlyMap<string, number>;
  readonly depots: ReadonlyMap<string, number>;
  readonly vehicleIds: readonly string[];
}

const numbered = (names: Iterable<string>): ReadonlyMap<string, number> =>
  new Map([...names].map((name, i) => [name, i]));

/** `technician@day`, with a number behind it from the second shift of a day on. */
const vehicleIdsOf = (shifts: readonly Shift[]): string[] => {
  const seen = new Map<string, number>();
  return shifts.map(({ technician, on }) => {
    const id = `${technician.id}@${on}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  });
};

/** What coming as promised saves: another technician costs a move. */
const technicianCostsOf = ({ visit, isSecond }: Work, { form }: Context, { technicians }: Orders) => {
  const technician = technicians.get(visit.promised?.technician ?? '');
  if (technician === undefined || isSecond) return {};
  const others = { stability: moveEuros(visit, form.prices) };
  return { technicianCosts: { of: [{ technician, cost: 0 }], others } };
};

/** Of two who come together each pays for work of his own later; all else is on one of them, so that it is paid once. */
const penaltyOf = (work: Work, { axis, form, places }: Context, ways: Ways): Pick<VisitSpec, 'penalty'> => {
  const { visit, isSecond } = work;
  if (visit.penaltyCents === undefined) return {};
  const later = visit.waiting ? laterWorkEuros(work, places.ofVisit(visit), ways) : 0;
  return { penalty: { ...(isSecond ? {} : absenceTermsOf(visit, axis, form.prices)), later } };
};

const visitOf = (work: Work, context: Context, orders: Orders, ways: Ways): VisitSpec => {
  const { visit, isSecond, minutes, windows } = work;
  const { axis, places, groupOf, tools, supply, fixedOn } = context;
  const on = (ms: number) => minuteOf(axis, ms);
  const base = {
    id: kernelIdOf(work),
    place: places.ofVisit(visit),
    windows: windows.map(({ fromMs, toMs, terms }) => ({
      from: on(fromMs),
      to: on(toMs),
      ...(isSecond ? {} : { cost: terms }),
    })),
    ...(isSecond ? { together: visit.id } : {}),
    ...(visit.together === undefined ? {} : { together: visit.together }),
    ...(visit.after ? { after: [{ visit: visit.after.visit, gap: visit.after.gapMin }] } : {}),
    ...penaltyOf(work, context, ways),
  };
  for (const fixed of fixedOn.values()) {
    const own = fixed.find((one) => one.visit === visit && one.isSecond === isSecond);
    if (!own) continue;
    const parts = visit.fixed?.by === 'pinned' && !isSecond ? { parts: supply.needsOf(visit) } : {};
    const asked = minutes[groupOf[own.shift] ?? 0] ?? visit.durationMin;
    // What has begun lasts till now at least: nobody leaves in the past.
    const isLastBegun =
      own.startMs <= axis.nowMs && !fixed.some((o) => o.startMs > own.startMs && o.startMs <= axis.nowMs);
    const service = isLastBegun ? Math.max(asked, on(axis.nowMs) - on(own.startMs)) : asked;
    return { ...base, ...parts, service, frozen: { vehicle: own.shift, start: on(own.startMs) } };
  }
  return {
    ...base,
    service: Float64Array.from(minutes),
    ...technicianCostsOf(work, context, orders),
    ...(isSecond ? {} : { parts: supply.needsOf(visit) }),
    tools: tools.flatMap((tool, i) => (!isSecond && visit.tools?.includes(tool) ? [i] : [])),
  };
};

const depotsOf = ({ sifted, axis, places, supply }: Context): DepotSpec[] => {
  const openingsOf = createOpenings(axis);
  return [...sifted.depots.values()].map(({ id, open, stopMin }) => ({
    place: places.ofDepot.get(id) ?? -1,
    windows: open
      ? openingsOf(open).map(({ fromMs, toMs }) => ({
          from: minuteOf(axis, fromMs),
          to: minuteOf(axis, toMs) - stopMin,
        }))
      : [{ from: 0, to: minuteOf(axis, axis.endMs) }],
    service: stopMin,
    stock: supply.depotOf(id),
  }));
};

/**
 * The problem of a region. What cannot be planned is in `troubles`; all else is in the problem.
 * @throws INPUT_INVALID when no technician is left; what the source of ways throws
 */
export const compileRegion = async (form: RegionForm, travel: TravelSource): Promise<CompiledRegion> => {
  const prepared = prepareRegion(form);
  const { sifted, shifts, groupOf } = prepared;
  if (shifts.length === 0)
    throw new AppError('INPUT_INVALID', 'nobody is at work in this region', {
      faults: [
        ...sifted.troubles,
        { path: '/technicians', message: 'none of them has working hours left within the horizon' },
      ],
    });
  const all = [...new Set(prepared.works.map(({ visit }) => visit))];
  // What nobody can make as it is said may be asked about: only what no plan could hold stays off the map.
  const tooMany = new Set(prepared.troubles.filter(({ code }) => code === 'overCapacity').map(({ visit }) => visit));
  const mapped = [...sifted.visits.values()].filter(({ id }) => !tooMany.has(id));
  const places = placesOf(sifted, mapped);
  const table = await travel(places.points);
  const { travelTime: always, distance } = placeTable(places, table);
  const { traffic: hours = [] } = form.travel;
  const timed: TimedWays =
    hours.length === 0
      ? { travelTime: always }
      : busyWaysOf(hours, prepared.axis, always, setUpTable(places, table, always));
  // What comes later is priced before anybody knows when.
  const noon = minuteOf(prepared.axis, prepared.axis.days[0]?.noonMs ?? prepared.axis.nowMs);
  const wayKm = (from: number, to: number) => distance[from * places.places.length + to] ?? 0;

  const workOf = new Map(prepared.works.map((work) => [kernelIdOf(work), work]));
  const { works: fixedWorks, troubles: clashes } = fixedPlanOf(
    all,
    shifts,
    (visit, shift) => workOf.get(visit.id)?.minutes[groupOf[shift] ?? 0] ?? visit.durationMin,
    (from, to, endMs) => {
      const minutes = minutesFrom(timed, places.ofVisit(from), places.ofVisit(to), minuteOf(prepared.axis, endMs));
      return timed.traffic ? minutes - rounding : minutes;
    },
  );
  const gone = new Set(clashes.map(({ visit }) => visit));
  const broken = brokenLinks(new Map(all.filter(({ id }) => !gone.has(id)).map((visit) => [visit.id, visit])));
  for (const { visit } of broken) gone.add(visit);
  const works = prepared.works.filter(({ visit }) => !gone.has(visit.id));

  const kept = fixedWorks.filter(({ visit }) => !gone.has(visit.id)).sort((a, b) => a.startMs - b.startMs);
  const fixedOn = Map.groupBy(kept, ({ shift }) => shift);
  const tools = lentTools(prepared);
  const isSupplied = tools.length > 0 || mapped.some((visit) => prepared.supply.needsOf(visit).length > 0);
  const context: Context = { ...prepared, works, places, timed, fixedOn, tools, isSupplied };
  const orders: Orders = {
    technicians: numbered(sifted.technicians.keys()),
    depots: numbered(sifted.depots.keys()),
    vehicleIds: vehicleIdsOf(shifts),
  };
  const vehicles = shifts.map((shift, i) => vehicleOf(shift, i, context, orders));
  const ways: Ways = { vehicles, minutes: (from, to) => minutesFrom(timed, from, to, noon), km: wayKm };
  const spec: ProblemSpec = {
    visits: works.map((work) => visitOf(work, context, orders, ways)),
    vehicles,
    ...(context.isSupplied
      ? { vans: [...sifted.technicians.keys()].map(prepared.supply.vanOf), depots: depotsOf(context) }
      : {}),
    ...timed,
    distance,
  };
  return { ...prepared, works, places, spec, troubles: [...prepared.troubles, ...clashes, ...broken] };
};
