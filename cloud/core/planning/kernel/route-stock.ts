import { type Claim, claims } from './part-claims.ts';
import type { RouteState } from './route-state.ts';
import { createShelf, openShelf, take } from './shelf.ts';
import type { Stock } from './stock.ts';

const nobody = -1;

const van = createShelf();
const depot = createShelf();

/** Where on a route the stop at the depot may come. Positions count the nodes of the route, its start is 0. */
export interface DepotNeed {
  /** False if not even with the stop all visits have what they need. */
  possible: boolean;
  /** The first position that the van cannot serve: the stop comes before it; 0 if the van serves all. */
  lacking: number;
  /** The stop comes behind this position, since the depot has not enough for more. */
  from: number;
}

export const createDepotNeed = (): DepotNeed => ({ possible: true, lacking: 0, from: 0 });

/** Where the visit may come before the stop at the depot, and where behind it. */
export interface Needs {
  readonly visitFirst: DepotNeed;
  readonly depotFirst: DepotNeed;
}

/** What a visit finds: all that it needs, too little of what the depot has too, or of what nobody else has. */
const finds = { all: 0, tooLittle: 1, nowhere: 2 } as const;

/** Takes what a visit needs from the van; behind the depot only what the depot never has. */
const takeFromVan = (stock: Stock, vehicle: number, visit: number, behindDepot: boolean): number => {
  const { needStart, needCount, needPart, needQuantity, stocked, partCount } = stock;
  const depotAt = stock.depot[vehicle] as number;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  let found: number = finds.all;
  for (let at = first; at < end; at++) {
    const part = needPart[at] as number;
    const atDepot = depotAt !== nobody && stocked[depotAt * partCount + part] === 1;
    if (behindDepot && atDepot) continue;
    if (take(van, part, needQuantity[at] as number)) continue;
    if (!atDepot) return finds.nowhere;
    found = finds.tooLittle;
  }
  return found;
};

const takeFromDepot = (stock: Stock, vehicle: number, visit: number): boolean => {
  const { needStart, needCount, needPart, needQuantity, stocked, partCount } = stock;
  const row = (stock.depot[vehicle] as number) * partCount;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  for (let at = first; at < end; at++) {
    const part = needPart[at] as number;
    if (stocked[row + part] === 1 && !take(depot, part, needQuantity[at] as number)) return false;
  }
  return true;
};

/**
 * The first position that the van cannot serve, 0 if there is none, -1 if not even with the depot all have what they need.
 * @param extra a visit that the route serves too, before the depot or behind it, -1 for none
 */
const firstLacking = (state: RouteState, stock: Stock, vehicle: number, extra: number, claim: Claim): number => {
  const { next, problem } = state;
  const { toolsNeeded, depot: depots } = stock;
  const n = problem.visitCount;
  const toolsHeld = stock.toolsHeld[vehicle] as number;
  openShelf(van, state, stock, vehicle, stock.van[vehicle] as number);
  if (extra !== nobody) {
    if (takeFromVan(stock, vehicle, extra, claim === claims.depot) !== finds.all) return -1;
  }
  let lacking = 0;
  let position = 1;
  for (let j = next[n + vehicle] as number; j < n; j = next[j] as number, position++) {
    const found = takeFromVan(stock, vehicle, j, lacking > 0);
    if (found === finds.nowhere) return -1;
    if (lacking === 0 && (found !== finds.all || ((toolsNeeded[j] as number) & ~toolsHeld) !== 0)) {
      lacking = position;
      if (depots[vehicle] !== nobody && stock.limited[vehicle] === 0) break;
    }
  }
  return lacking > 0 && depots[vehicle] === nobody ? -1 : lacking;
};

/** The first lacking position of a route as it stands; remembered by its version where no other route changes it. */
const firstLackingNow = (state: RouteState, stock: Stock, vehicle: number): number => {
  if (stock.shared) return firstLacking(state, stock, vehicle, nobody, claims.none);
  if (state.lackingVersion[vehicle] !== state.version[vehicle]) {
    state.lackingVersion[vehicle] = state.version[vehicle] as number;
    state.lacking[vehicle] = firstLacking(state, stock, vehicle, nobody, claims.none);
  }
  return state.lacking[vehicle] as number;
};

/**
 * As `firstLacking` with the extra visit served from the van, of a route that no other changes and whose depot never runs
 * out: what lacks earlier than without the visit is one of its parts.
 */
const firstLackingBeside = (state: RouteState, stock: Stock, vehicle: number, extra: number): number => {
  const { next, problem } = state;
  const { needStart, needCount, needPart, needQuantity, partCount, periodCount, supply } = stock;
  const n = problem.visitCount;
  const row = (stock.van[vehicle] as number) * partCount;
  let lacking = firstLackingNow(state, stock, vehicle);
  const first = needStart[extra] as number;
  const end = first + (needCount[extra] as number);
  for (let of = first; of < end; of++) {
    const part = needPart[of] as number;
    let left =
      (supply[(row + part) * periodCount + (stock.period[vehicle] as number)] as number) - (needQuantity[of] as number);
    if (left < 0) return -1;
    let position = 1;
    for (let j = next[n + vehicle] as number; j < n && position !== lacking; j = next[j] as number, position++) {
      const last = (needStart[j] as number) + (needCount[j] as number);
      for (let at = needStart[j] as number; at < last; at++)
        if (needPart[at] === part) left -= needQuantity[at] as number;
      if (left < 0) lacking = position;
      if (left < 0) break;
    }
  }
  return lacking;
};

/** Whether a route that does not pass the depot can serve one more visit from its van, by what is left for all routes. */
const vanServes = (state: RouteState, vehicle: number, visit: number): boolean => {
  const stock = state.problem.stock as Stock;
  const { needStart, needCount, needPart, needQuantity, partCount, periodCount } = stock;
  if (((stock.toolsNeeded[visit] as number) & ~(stock.toolsHeld[vehicle] as number)) !== 0) return false;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  const van = stock.van[vehicle] as number;
  for (let at = first; at < end; at++) {
    const row = (van * partCount + (needPart[at] as number)) * periodCount;
    for (let q = row + (stock.period[vehicle] as number); q < row + periodCount; q++)
      if ((state.stockLeft[q] as number) < (needQuantity[at] as number)) return false;
  }
  return true;
};

/** Reads where the route has to pass the depot; parameters as above. */
export const readDepotNeed = (
  state: RouteState,
  vehicle: number,
  extra: number,
  claim: Claim,
  need: DepotNeed,
): void => {
  const { prev, problem } = state;
  const stock = problem.stock as Stock;
  const n = problem.visitCount;
  const asItStands = extra === nobody || stock.needCount[extra] === 0;
  const fromVan = claim === claims.van;
  const lacksTools =
    extra !== nobody && ((stock.toolsNeeded[extra] as number) & ~(stock.toolsHeld[vehicle] as number)) !== 0;
  const lacking =
    fromVan && lacksTools
      ? -1
      : asItStands
        ? firstLackingNow(state, stock, vehicle)
        : stock.shared || stock.depot[vehicle] === nobody
          ? firstLacking(state, stock, vehicle, extra, claim)
          : fromVan
            ? firstLackingBeside(state, stock, vehicle, extra)
            : firstLackingNow(state, stock, vehicle);
  need.possible = lacking >= 0;
  need.lacking = lacking;
  need.from = 0;
  const passes = lacking > 0 || claim === claims.depot;
  if (!need.possible || !passes || stock.limited[vehicle] === 0) return;
  openShelf(depot, state, stock, vehicle, stock.depot[vehicle] as number);
  need.possible = claim !== claims.depot || takeFromDepot(stock, vehicle, extra);
  let position = state.size[vehicle] as number;
  for (let j = prev[n + problem.vehicleCount + vehicle] as number; j < n; j = prev[j] as number, position--)
    if (!takeFromDepot(stock, vehicle, j)) {
      need.from = position;
      break;
    }
  if (lacking > 0 && need.from >= lacking) need.possible = false;
};

/** Whether the route with the visit has to pass the depot; `visitFirst` and `depotFirst` say where. */
export const readNeeds = (
  at: RouteState,
  newVisit: number,
  ofVehicle: number,
  visitFirst: DepotNeed,
  depotFirst: DepotNeed,
): 'van' | 'depot' | 'nothing' => {
  const { stock } = at.problem;
  if (!stock) return 'van';
  const passes = at.restockAfter[ofVehicle] !== -1;
  if (!passes && stock.shared && vanServes(at, ofVehicle, newVisit)) return 'van';
  readDepotNeed(at, ofVehicle, newVisit, claims.van, visitFirst);
  if (visitFirst.possible && visitFirst.lacking === 0) return 'van';
  depotFirst.possible = false;
  if (stock.depot[ofVehicle] !== -1) readDepotNeed(at, ofVehicle, newVisit, claims.depot, depotFirst);
  return visitFirst.possible || depotFirst.possible ? 'depot' : 'nothing';
};
