import type { Restock } from './problem.ts';
import type { RouteState } from './route-state.ts';
import { addStop, createSegment, durationWithTail, setToHead } from './segment.ts';

/** Counts what a van has left on its way. */
interface VanStock {
  readonly fill: (vehicle: number) => void;
  /** False if the van has to pass the depot before that visit. */
  readonly take: (visit: number) => boolean;
  /** Whether a full van has what the visit needs. */
  readonly serves: (vehicle: number, visit: number) => boolean;
}

const createVanStock = ({ partCount, partsHeld, partsNeeded, toolsHeld, toolsNeeded }: Restock): VanStock => {
  const left = new Float64Array(partCount);
  let tools = 0;
  const fill = (vehicle: number): void => {
    tools = toolsHeld[vehicle] as number;
    for (let p = 0; p < partCount; p++) left[p] = partsHeld[vehicle * partCount + p] as number;
  };
  const take = (visit: number): boolean => {
    if (((toolsNeeded[visit] as number) & ~tools) !== 0) return false;
    for (let p = 0; p < partCount; p++) {
      const need = partsNeeded[visit * partCount + p] as number;
      if (need === 0) continue;
      if ((left[p] as number) < need) return false;
      left[p] = (left[p] as number) - need;
    }
    return true;
  };
  return {
    fill,
    take,
    serves: (vehicle, visit) => {
      fill(vehicle);
      return take(visit);
    },
  };
};

const stocks = new WeakMap<Restock, VanStock>();

export const vanStockOf = (restock: Restock): VanStock => {
  const known = stocks.get(restock);
  if (known) return known;
  const stock = createVanStock(restock);
  stocks.set(restock, stock);
  return stock;
};

/**
 * The first node of the route that the van cannot serve without the depot, -1 if there is none.
 * @param extra a visit that the van serves too, -1 for none; the end of the route if the van lacks what it needs
 */
export const firstLacking = (state: RouteState, restock: Restock, vehicle: number, extra: number): number => {
  const { next, problem } = state;
  const end = problem.visitCount + problem.vehicleCount + vehicle;
  const stock = vanStockOf(restock);
  stock.fill(vehicle);
  if (extra !== -1 && !stock.take(extra)) return end;
  for (let j = next[problem.visitCount + vehicle] as number; j !== end; j = next[j] as number)
    if (!stock.take(j)) return j;
  return -1;
};

const segment = createSegment();

/** Duration of the route with a stop at the depot between `after` and the next node. */
const durationViaDepot = (state: RouteState, restock: Restock, after: number): number => {
  const { place, placeCount, time, timeInto } = state.problem;
  const before = state.next[after] as number;
  const depotRow = restock.place * placeCount;
  setToHead(segment, state, after);
  const there = timeInto[depotRow + (place[after] as number)] as number;
  if (!addStop(segment, there, restock.open, restock.close, 0)) return Number.POSITIVE_INFINITY;
  return durationWithTail(segment, time[depotRow + (place[before] as number)] as number, state, before);
};

/**
 * Decides where the route passes the depot: nowhere if its van holds all, else where it makes the route shortest.
 * @returns the duration of the route
 */
export const placeRestock = (state: RouteState, vehicle: number): number => {
  const { problem, next, restockAfter } = state;
  const restock = problem.restock as Restock;
  const lacking = firstLacking(state, restock, vehicle, -1);
  restockAfter[vehicle] = -1;
  if (lacking === -1) return state.headDuration[problem.visitCount + problem.vehicleCount + vehicle] as number;
  let best = Number.POSITIVE_INFINITY;
  for (let i = problem.visitCount + vehicle; i !== lacking; i = next[i] as number) {
    const duration = durationViaDepot(state, restock, i);
    if (duration < best) {
      best = duration;
      restockAfter[vehicle] = i;
    }
  }
  return best;
};
