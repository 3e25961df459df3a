import type { Fault } from '@kuluma/shared/errors.ts';
import type { DepotSpec, PartCount, ProblemSpec, Span, VehicleSpec, VisitSpec } from './problem-spec.ts';
import { wayMatrix } from './way-matrix.ts';

const mostBits = 31;

const isIndex = (value: number, count: number): boolean => Number.isInteger(value) && value >= 0 && value < count;

const priceOf = (price: VisitSpec['penalty'] = 0): number[] =>
  typeof price === 'number' ? [price] : Object.values(price);

/** Whether spans are whole, disjoint and in order. */
function* faultsOfSpans(path: string, spans: readonly Span[]): Generator<Fault> {
  for (const [i, { from, to }] of spans.entries()) {
    if (!(from <= to)) yield { path, message: `its window ${i + 1} never opens` };
    else if (i > 0 && !(from > (spans[i - 1] as Span).to))
      yield { path, message: `its window ${i + 1} begins before window ${i} ends` };
  }
}

function* faultsOfParts(path: string, parts: readonly PartCount[]): Generator<Fault> {
  for (const { part, quantity } of parts) {
    if (!(Number.isInteger(part) && part >= 0)) yield { path, message: `part ${part} is no index` };
    if (!(quantity >= 0)) yield { path, message: `quantity ${quantity} is not a number from 0` };
  }
}

function* faultsOfVisit(visit: VisitSpec, placeCount: number, vehicleCount: number, groups: number): Generator<Fault> {
  const { id, place, windows, service, penalty, tools = [], parts = [], technicianCosts, frozen, after = [] } = visit;
  const path = `visit ${id}`;
  if (!isIndex(place, placeCount)) yield { path, message: `place ${place} is unknown` };
  for (const minutes of typeof service === 'number' ? [service] : Array.from(service))
    if (!(minutes >= 0)) yield { path, message: `service ${minutes} is not a number from 0` };
  if (typeof service !== 'number' && service.length < groups)
    yield { path, message: `service is given for ${service.length} groups of ${groups}` };
  yield* faultsOfSpans(path, windows);
  for (const price of priceOf(penalty))
    if (!(price >= 0)) yield { path, message: `penalty ${price} is not a number from 0` };
  const costs = [...windows.map(({ cost }) => cost), technicianCosts?.others];
  for (const price of [...costs, ...(technicianCosts?.of ?? []).map(({ cost }) => cost)].flatMap(priceOf))
    if (!(price >= 0)) yield { path, message: `cost ${price} is not a number from 0` };
  if (Math.max(0, ...tools) >= mostBits) yield { path, message: `a tool is numbered above ${mostBits - 1}` };
  yield* faultsOfParts(path, parts);
  if (new Set(parts.map(({ part }) => part)).size < parts.length) yield { path, message: 'a part is there twice' };
  if (frozen && !isIndex(frozen.vehicle, vehicleCount))
    yield { path, message: `vehicle ${frozen.vehicle}, on which it is frozen, is unknown` };
  for (const { gap } of after) if (!(gap >= 0)) yield { path, message: `gap ${gap} is not a number from 0` };
}

function* faultsOfVehicle(vehicle: VehicleSpec, placeCount: number, depots: readonly DepotSpec[]): Generator<Fault> {
  const { id, start, end, window, group = 0, technician = 0, depot, tools = [], break: rest, overtime } = vehicle;
  const path = `vehicle ${id}`;
  if (!isIndex(start, placeCount) || !isIndex(end, placeCount)) yield { path, message: 'its start or end is unknown' };
  if (!(window.from <= window.to)) yield { path, message: 'its window never opens' };
  if (!isIndex(group, Number.POSITIVE_INFINITY)) yield { path, message: `group ${group} is no index` };
  if (!isIndex(technician, Number.POSITIVE_INFINITY)) yield { path, message: `technician ${technician} is no index` };
  if (depot !== undefined && !isIndex(depot, depots.length)) yield { path, message: `depot ${depot} is unknown` };
  if (Math.max(0, ...tools) >= mostBits) yield { path, message: `a tool is numbered above ${mostBits - 1}` };
  if (rest && !(rest.minutes >= 0 && rest.from <= rest.to)) yield { path, message: 'its break can never be' };
  if (overtime && !(overtime.perMinute >= 0))
    yield { path, message: `overtime ${overtime.perMinute} is not a number from 0` };
}

function* faultsOfDepot(at: number, { place, windows, service = 0, stock = [] }: DepotSpec, placeCount: number) {
  const path = `depots/${at}`;
  if (!isIndex(place, placeCount)) yield { path, message: `place ${place} is unknown` };
  if (!(service >= 0)) yield { path, message: `service ${service} is not a number from 0` };
  yield* faultsOfSpans(path, windows);
  for (const { parts } of stock) yield* faultsOfParts(path, parts);
}

function* faultsOfLinks(visits: readonly VisitSpec[]): Generator<Fault> {
  const byId = new Map(visits.map((visit) => [visit.id, visit]));
  for (const { id, together, after = [] } of visits) {
    const path = `visit ${id}`;
    for (const other of [...(together === undefined ? [] : [together]), ...after.map(({ visit }) => visit)])
      if (!byId.has(other) || other === id) yield { path, message: `it is linked to ${other}, which is unknown` };
    const back = together === undefined ? undefined : byId.get(together)?.together;
    if (back !== undefined && back !== id) yield { path, message: `visit ${together} is together with another` };
  }
}

function* twice(what: string, items: readonly { readonly id: string }[]): Generator<Fault> {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id)) yield { path: `${what} ${id}`, message: 'is there twice' };
    seen.add(id);
  }
}

function* faultsOfTraffic({ travelTime, traffic }: ProblemSpec): Generator<Fault> {
  if (!traffic) return;
  const { from, factor, setUp } = traffic;
  if (from.length === 0 || from.some((at, k) => k > 0 && !(at > (from[k - 1] as number))))
    yield { path: 'traffic', message: 'its times do not rise' };
  if (!factor.every((times) => times >= 1 && times < Number.POSITIVE_INFINITY))
    yield { path: 'traffic', message: 'holds a factor that is not a number from 1' };
  if (setUp.length !== travelTime.length || setUp.some((minutes, way) => !(minutes <= (travelTime[way] as number))))
    yield { path: 'traffic', message: 'sets up for longer than the way takes' };
}

/** Everything by which a specification is no problem at all, each by name. */
export function* faultsOfSpec(spec: ProblemSpec) {
  const { visits, vehicles, vans = [], depots = [], travelTime, distance } = spec;
  const placeCount = Math.sqrt(travelTime.length);
  if (!Number.isInteger(placeCount)) yield { path: 'travelTime', message: 'is not square' };
  if (!wayMatrix(travelTime).isValid) yield { path: 'travelTime', message: 'holds what is not a number from 0' };
  if (distance && distance.length !== travelTime.length)
    yield { path: 'distance', message: 'differs in size from travelTime' };
  if (vehicles.length === 0) yield { path: 'vehicles', message: 'are none' };
  const groups = vehicles.reduce((most, { group = 0 }) => Math.max(most, group + 1), 0);
  for (const visit of visits) yield* faultsOfVisit(visit, placeCount, vehicles.length, groups);
  for (const vehicle of vehicles) yield* faultsOfVehicle(vehicle, placeCount, depots);
  for (const [at, depot] of depots.entries()) yield* faultsOfDepot(at, depot, placeCount);
  for (const [at, van] of vans.entries()) for (const { parts } of van) yield* faultsOfParts(`vans/${at}`, parts);
  yield* faultsOfTraffic(spec);
  yield* faultsOfLinks(visits);
  yield* twice('visit', visits);
  yield* twice('vehicle', vehicles);
}
