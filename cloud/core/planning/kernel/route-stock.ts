import type { RouteState } from './route-state.ts';
import type { Stock } from './stock.ts';

const nobody = -1;

/** From where a visit has its parts: nowhere, the van, or the depot (which has them from the van if the depot never does). */
export const claims = { none: 0, van: 1, depot: 2 } as const;
export type Claim = (typeof claims)[keyof typeof claims];

/** The holder of a part of a visit that is served before or behind the stop at the depot. */
const holderOf = (stock: Stock, vehicle: number, part: number, claim: Claim): number => {
  const depot = stock.depot[vehicle] as number;
  return claim === claims.depot && stock.stocked[depot * stock.partCount + part] === 1
    ? depot
    : (stock.van[vehicle] as number);
};

/**
 * Gives a visit of the vehicle its parts, or gives them back; the stock of all later periods follows. Where no route lacks
 * what another takes nothing is counted: each route is read for itself.
 */
export const claimParts = (state: RouteState, visit: number, vehicle: number, claim: Claim): void => {
  const { stock } = state.problem;
  if (!stock?.shared) return;
  const before = state.claim[visit] as Claim;
  if (before === claim) return;
  state.claim[visit] = claim;
  if (before !== claims.none) move(state, stock, visit, vehicle, before, 1);
  if (claim !== claims.none) move(state, stock, visit, vehicle, claim, -1);
};

const move = (state: RouteState, stock: Stock, visit: number, vehicle: number, claim: Claim, sign: 1 | -1): void => {
  const { needStart, needCount, needPart, needQuantity, partCount, periodCount, period } = stock;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  let ofVan = false;
  for (let at = first; at < end; at++) {
    const part = needPart[at] as number;
    const holder = holderOf(stock, vehicle, part, claim);
    ofVan ||= holder === stock.van[vehicle];
    if (sign > 0)
      state.givenBack[holder * partCount + part] = (state.givenBack[holder * partCount + part] as number) + 1;
    const row = (holder * partCount + part) * periodCount;
    const quantity = sign * (needQuantity[at] as number);
    for (let q = row + (period[vehicle] as number); q < row + periodCount; q++)
      state.stockLeft[q] = (state.stockLeft[q] as number) + quantity;
  }
  // What the other days of the technician offer may have changed.
  if (ofVan)
    for (let v = stock.sibling[vehicle] as number; v !== vehicle; v = stock.sibling[v] as number)
      state.version[v] = ++state.lastVersion;
};

/** Grows whenever some of the parts that the visit needs are given back to the depot of the vehicle. */
export const givenBackFor = (state: RouteState, visit: number, vehicle: number): number => {
  const { needStart, needCount, needPart, partCount, depot } = state.problem.stock as Stock;
  const row = (depot[vehicle] as number) * partCount;
  const first = needStart[visit] as number;
  const end = first + (needCount[visit] as number);
  let count = 0;
  for (let at = first; at < end; at++) count += state.givenBack[row + (needPart[at] as number)] as number;
  return count;
};

/** What of each part a route could take from one holder: what is left, and what the route itself has taken. */
interface Shelf {
  /** By part, where `seen` has the present stamp. */
  left: Float64Array;
  seen: Int32Array;
  stamp: number;
  /** `rows + part * periods`: the stock of the holder in the period of the route, and in the later ones behind it. */
  stock: Float64Array;
  row: number;
  periods: number;
  later: number;
}

const createShelf = (): Shelf => ({
  left: new Float64Array(0),
  seen: new Int32Array(0),
  stamp: 0,
  stock: new Float64Array(0),
  row: 0,
  periods: 0,
  later: 0,
});

/** What is there of a part; can be taken without missing in a later period. */
const thereOf = (shelf: Shelf, part: number): number => {
  if (shelf.seen[part] === shelf.stamp) return shelf.left[part] as number;
  shelf.seen[part] = shelf.stamp;
  const at = shelf.row + part * shelf.periods;
  let least = shelf.stock[at] as number;
  for (let q = at + 1; q < at + shelf.later; q++) least = Math.min(least, shelf.stock[q] as number);
  shelf.left[part] = least;
  return least;
};

/** Turns to a holder as a route sees it. */
const openShelf = (shelf: Shelf, state: RouteState, stock: Stock, vehicle: number, holder: number): void => {
  const { partCount, periodCount, period, needStart, needCount, needPart, needQuantity } = stock;
  if (shelf.left.length < partCount) {
    shelf.left = new Float64Array(partCount);
    shelf.seen = new Int32Array(partCount);
    shelf.stamp = 0;
  }
  shelf.stamp++;
  // What no other route can take is there as if this one had not taken it yet.
  shelf.stock = stock.shared ? state.stockLeft : stock.supply;
  shelf.periods = periodCount;
  shelf.later = periodCount - (period[vehicle] as number);
  shelf.row = holder * partCount * periodCount + (period[vehicle] as number);
  if (!stock.shared) return;
  const n = state.problem.visitCount;
  for (let j = state.next[n + vehicle] as number; j < n; j = state.next[j] as number) {
    const claim = state.claim[j] as Claim;
    if (claim === claims.none) continue;
    const first = needStart[j] as number;
    const end = first + (needCount[j] as number);
    for (let at = first; at < end; at++) {
      const part = needPart[at] as number;
      if (holderOf(stock, vehicle, part, claim) === holder)
        shelf.left[part] = thereOf(shelf, part) + (needQuantity[at] as number);
    }
  }
};

/** Takes some; false if there is not as much. */
const take = (shelf: Shelf, part: number, quantity: number): boolean => {
  const after = thereOf(shelf, part) - quantity;
  shelf.left[part] = after;
  return after >= 0;
};

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

/** From where the visits of a route have their parts, by where it passes the depot. */
export const claimAll = (at: RouteState, ofVehicle: number): void => {
  if (!at.problem.stock?.shared) return;
  const n = at.problem.visitCount;
  let claim: Claim = at.restockAfter[ofVehicle] === n + ofVehicle ? claims.depot : claims.van;
  for (let j = at.next[n + ofVehicle] as number; j < n; j = at.next[j] as number) {
    claimParts(at, j, ofVehicle, claim);
    if (at.restockAfter[ofVehicle] === j) claim = claims.depot;
  }
};
