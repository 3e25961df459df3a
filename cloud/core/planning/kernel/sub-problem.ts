import { pointWidth } from './linked-visits.ts';
import type { Links } from './links.ts';
import type { PlannedRoute } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Stock } from './stock.ts';
import { startsOf } from './visit-arrays.ts';
import { wayMatrix } from './way-matrix.ts';

/** A small problem out of a large one, with numbers of its own: what is near each other lies together in memory. */
export interface SubProblem {
  readonly problem: Problem;
  /** In order of their own numbers, the numbers that they have in the whole. */
  readonly visits: Int32Array;
  readonly vehicles: Int32Array;
  readonly standing: SubProblemParts['standing'];
}

/** Where a visit stands, in the numbers of the whole. */
export interface Standing {
  readonly vehicle: number;
  readonly window: number;
  readonly start: number;
}

export interface SubProblemParts {
  readonly visits: Int32Array;
  readonly vehicles: Int32Array;
  /** Visits that stay where they are, since they are linked with others outside. */
  readonly standing: ReadonlyMap<number, Standing>;
  /** As `Stock.supply`, for the whole: what the vehicles may take. */
  readonly supply: Float64Array | undefined;
}

/** What each number of the whole is called here; -1 for what is not here. */
const renumbering = (kept: Int32Array, count: number): Int32Array => {
  const numbers = new Int32Array(count).fill(-1);
  for (const [own, of] of kept.entries()) numbers[of] = own;
  return numbers;
};

/** Values that occur, each once, in order of appearance. */
const distinct = (values: Int32Array): Int32Array => Int32Array.from(new Set(values));

const intsOf = (table: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => table[row] as number);

/** Rows of a table that are `width` long. */
const floatsOf = (table: Float64Array, rows: Int32Array, width = 1): Float64Array => {
  const out = new Float64Array(rows.length * width);
  for (const [own, row] of rows.entries()) out.set(table.subarray(row * width, (row + 1) * width), own * width);
  return out;
};

const square = (matrix: Float64Array, size: number, kept: Int32Array): Float64Array => {
  const out = new Float64Array(kept.length ** 2);
  let at = 0;
  for (const from of kept) for (const to of kept) out[at++] = matrix[from * size + to] as number;
  return out;
};

/** Positions of the items of one of several lists that stand one behind the other. */
const itemsOf = (starts: Int32Array, counts: Int32Array, list: number): number[] =>
  Array.from({ length: counts[list] as number }, (_, k) => (starts[list] as number) + k);

const windowArrays = (problem: Problem, { visits, standing }: SubProblemParts) => {
  const lists = Array.from(visits, (visit) => {
    const stands = standing.get(visit);
    return stands
      ? [(problem.windowStart[visit] as number) + stands.window]
      : itemsOf(problem.windowStart, problem.windowCount, visit);
  });
  const items = Int32Array.from(lists.flat());
  const windowStart = startsOf(lists.map(({ length }) => length));
  const windowFrom = floatsOf(problem.windowFrom, items);
  const windowTo = floatsOf(problem.windowTo, items);
  for (const [own, visit] of visits.entries()) {
    const stands = standing.get(visit);
    if (!stands) continue;
    windowFrom[windowStart[own] as number] = stands.start;
    windowTo[windowStart[own] as number] = stands.start + pointWidth;
  }
  const windowCount = Int32Array.from(lists, ({ length }) => length);
  return { windowStart, windowCount, windowFrom, windowTo, windowCost: floatsOf(problem.windowCost, items) };
};

const costArrays = (problem: Problem, visits: Int32Array, technicianAt: Int32Array) => {
  const { costStart, costCount, costTechnician, costOf, costElse } = problem;
  const ownOf = (at: number): number => technicianAt[costTechnician[at] as number] ?? -1;
  const lists = Array.from(visits, (visit) => itemsOf(costStart, costCount, visit).filter((at) => ownOf(at) !== -1));
  const items = Int32Array.from(lists.flat());
  return {
    costStart: startsOf(lists.map(({ length }) => length)),
    costCount: Int32Array.from(lists, ({ length }) => length),
    costTechnician: items.map(ownOf),
    costOf: floatsOf(costOf, items),
    costElse: floatsOf(costElse, visits),
  };
};

const subLinks = (links: Links, visits: Int32Array, visitAt: Int32Array): Links => {
  const otherOf = (at: number): number => visitAt[links.other[at] as number] as number;
  const lists = Array.from(visits, (visit) =>
    itemsOf(links.start, links.count, visit).filter((at) => otherOf(at) !== -1),
  );
  const items = lists.flat();
  return {
    start: startsOf(lists.map(({ length }) => length)),
    count: Int32Array.from(lists, ({ length }) => length),
    other: Int32Array.from(items, otherOf),
    kind: Uint8Array.from(items, (at) => links.kind[at] as number),
    gap: Float64Array.from(items, (at) => links.gap[at] as number),
  };
};

const subStock = (
  stock: Stock,
  { visits, vehicles, supply = stock.supply }: SubProblemParts,
  technicians: Int32Array,
  placeAt: Int32Array,
): Stock => {
  const { partCount, periodCount, vanCount } = stock;
  const ofDepot = intsOf(stock.depot, vehicles);
  const depots = distinct(ofDepot.filter((depot) => depot !== -1));
  const depotAt = new Map([...depots].map((depot, at) => [depot, technicians.length + at]));
  const holders = Int32Array.of(...technicians, ...depots);
  const needs = Int32Array.from([...visits].flatMap((visit) => itemsOf(stock.needStart, stock.needCount, visit)));
  const needCount = intsOf(stock.needCount, visits);
  const technicianAt = renumbering(technicians, vanCount);
  const ownAt = renumbering(vehicles, stock.sibling.length);
  return {
    ...stock,
    vanCount: technicians.length,
    supply: floatsOf(supply, holders, partCount * periodCount),
    needStart: startsOf([...needCount]),
    needCount,
    needPart: intsOf(stock.needPart, needs),
    needQuantity: floatsOf(stock.needQuantity, needs),
    toolsNeeded: intsOf(stock.toolsNeeded, visits),
    toolsHeld: intsOf(stock.toolsHeld, vehicles),
    period: intsOf(stock.period, vehicles),
    van: intsOf(stock.van, vehicles).map((van) => technicianAt[van] as number),
    depot: ofDepot.map((depot) => depotAt.get(depot) ?? -1),
    depotPlace: intsOf(stock.depotPlace, vehicles).map((place, at) =>
      ofDepot[at] === -1 ? 0 : (placeAt[place] as number),
    ),
    depotOpen: floatsOf(stock.depotOpen, vehicles),
    depotClose: floatsOf(stock.depotClose, vehicles),
    depotService: floatsOf(stock.depotService, vehicles),
    limited: Uint8Array.from(vehicles, (vehicle) => stock.limited[vehicle] as number),
    stocked: Uint8Array.from(
      [...holders].flatMap((holder) => [...stock.stocked.subarray(holder * partCount, (holder + 1) * partCount)]),
    ),
    sibling: vehicles.map((vehicle) => siblingOf(stock, vehicle, ownAt)),
  };
};

/** The next day of the technician that is here too. */
const siblingOf = ({ sibling }: Stock, vehicle: number, ownAt: Int32Array): number => {
  let next = sibling[vehicle] as number;
  while (ownAt[next] === -1) next = sibling[next] as number;
  return ownAt[next] as number;
};

/**
 * Some visits and vehicles of a problem as a problem. Of a technician who shares a van among his days all days must be
 * here or none.
 */
export const subProblemOf = (problem: Problem, parts: SubProblemParts): SubProblem => {
  const { visits, vehicles, standing } = parts;
  const { visitCount: n, vehicleCount, placeCount, capacityCount, stock, links, traffic } = problem;
  const nodes = Int32Array.of(
    ...visits,
    ...vehicles.map((vehicle) => n + vehicle),
    ...vehicles.map((vehicle) => n + vehicleCount + vehicle),
  );
  const depotPlaces = stock
    ? vehicles.filter((v) => stock.depot[v] !== -1).map((v) => stock.depotPlace[v] as number)
    : [];
  const places = distinct(Int32Array.of(...intsOf(problem.place, nodes), ...depotPlaces));
  const placeAt = renumbering(places, placeCount);
  const technicians = distinct(intsOf(problem.technician, vehicles));
  const technicianAt = renumbering(
    technicians,
    problem.technician.reduce((most, t) => Math.max(most, t + 1), 0),
  );
  const vehicleAt = renumbering(vehicles, vehicleCount);
  const rows = distinct(intsOf(problem.serviceRow, vehicles));
  const service = new Float64Array(rows.length * visits.length);
  for (const [r, row] of rows.entries())
    for (const [own, visit] of visits.entries())
      service[r * visits.length + own] = problem.service[row + visit] as number;
  const rowAt = new Map([...rows].map((row, r) => [row, r * visits.length]));
  const kinds = distinct(intsOf(problem.kind, vehicles));
  const kindAt = new Map([...kinds].map((kind, at) => [kind, at]));
  const time = square(problem.time, placeCount, places);
  const distance = problem.distance === problem.time ? time : square(problem.distance, placeCount, places);
  const byVehicle = (values: Float64Array) => floatsOf(values, vehicles);
  return {
    visits,
    vehicles,
    standing,
    problem: {
      ...windowArrays(problem, parts),
      ...costArrays(problem, visits, technicianAt),
      frozenOn: Int32Array.from(visits, (visit) => {
        const on = standing.get(visit)?.vehicle ?? (problem.frozenOn[visit] as number);
        return on === -1 ? -1 : (vehicleAt[on] as number);
      }),
      single: problem.single,
      priced: problem.priced,
      visitIds: Array.from(visits, (visit) => problem.visitIds[visit] as string),
      vehicleIds: Array.from(vehicles, (vehicle) => problem.vehicleIds[vehicle] as string),
      visitCount: visits.length,
      vehicleCount: vehicles.length,
      placeCount: places.length,
      place: intsOf(problem.place, nodes).map((place) => placeAt[place] as number),
      time,
      timeInto: wayMatrix(time).turned,
      distance,
      distanceInto: wayMatrix(distance).turned,
      service,
      serviceRow: intsOf(problem.serviceRow, vehicles).map((row) => rowAt.get(row) as number),
      capacityCount,
      load: floatsOf(problem.load, visits, capacityCount),
      capacity: floatsOf(problem.capacity, vehicles, capacityCount),
      penalty: floatsOf(problem.penalty, visits),
      leaveFrom: byVehicle(problem.leaveFrom),
      backBy: byVehicle(problem.backBy),
      usedCost: byVehicle(problem.usedCost),
      perDistance: byVehicle(problem.perDistance),
      perDuration: byVehicle(problem.perDuration),
      overtimeAfter: byVehicle(problem.overtimeAfter),
      overtimeRate: byVehicle(problem.overtimeRate),
      technician: intsOf(problem.technician, vehicles).map((technician) => technicianAt[technician] as number),
      kind: intsOf(problem.kind, vehicles).map((kind) => kindAt.get(kind) as number),
      timed: problem.timed,
      breakMinutes: byVehicle(problem.breakMinutes),
      breakFrom: byVehicle(problem.breakFrom),
      breakTo: byVehicle(problem.breakTo),
      stock: stock ? subStock(stock, parts, technicians, placeAt) : undefined,
      traffic: traffic ? { ...traffic, setUp: square(traffic.setUp, placeCount, places) } : undefined,
      derived: problem.derived,
      links: links ? subLinks(links, visits, renumbering(visits, n)) : undefined,
      coupled: problem.coupled,
    },
  };
};

/** A route of the sub-problem as the whole has it. */
export const routeInWhole = (
  { visits, vehicles, standing }: Pick<SubProblem, 'visits' | 'vehicles' | 'standing'>,
  { vehicle, visits: own, windows, starts, ...route }: PlannedRoute,
): PlannedRoute => {
  const standingAt = (i: number) => standing.get(visits[own[i] as number] as number);
  return {
    ...route,
    vehicle: vehicles[vehicle] as number,
    visits: intsOf(visits, own),
    ...(windows ? { windows: windows.map((window, i) => standingAt(i)?.window ?? window) } : {}),
    ...(starts ? { starts: starts.map((start, i) => standingAt(i)?.start ?? start) } : {}),
  };
};

/** A route of the whole as the sub-problem, which has all its visits, has it. */
export const createRouteInPart = ({ problem, visits, vehicles, standing }: SubProblem, whole: Problem) => {
  const visitAt = renumbering(visits, whole.visitCount);
  const vehicleAt = renumbering(vehicles, whole.vehicleCount);
  return ({ vehicle, visits: of, windows, ...route }: PlannedRoute): PlannedRoute => ({
    ...route,
    vehicle: vehicleAt[vehicle] as number,
    visits: of.map((visit) => visitAt[visit] as number),
    ...(windows && !problem.single
      ? { windows: windows.map((window, i) => (standing.has(of[i] as number) ? 0 : window)) }
      : {}),
  });
};
