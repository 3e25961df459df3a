import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf } from '../../calendar/local-time.ts';
import type { Delivery, PartCount } from '../kernel/problem-spec.ts';
import type { SiftedRegion, SiftedVisit } from './sift.ts';
import { minuteOf, type TimeAxis } from './time-axis.ts';

/** What lies where and comes when, on the axis, in parts by number. */
export interface Supply {
  /** The id of each; several may have the same, of which one is free and the others are kept for visits. */
  readonly partIds: readonly string[];
  /** Empty for one who has nothing. */
  readonly vanOf: (technician: string) => readonly Delivery[];
  readonly depotOf: (depot: string) => readonly Delivery[];
  readonly needsOf: (visit: SiftedVisit) => readonly PartCount[];
}

/** When van or depot of the technician have enough of a part, in minutes of the axis; infinite when neither ever has. */
export const readyAt = (
  { partIds, depotOf }: Supply,
  { id, depot }: { readonly id: string; readonly depot?: string | undefined },
  { part, quantity }: { readonly part: string; readonly quantity: number },
): number => {
  const number = partIds.indexOf(part);
  const enoughAt = (place: string): number => {
    let held = 0;
    for (const { at, parts } of depotOf(place)) {
      held += parts.find((line) => line.part === number)?.quantity ?? 0;
      if (held >= quantity) return at;
    }
    return Number.POSITIVE_INFINITY;
  };
  return Math.min(enoughAt(id), depot === undefined ? Number.POSITIVE_INFINITY : enoughAt(depot));
};

/** Before everything on the axis. */
const always = -1e6;

/** A growing list of deliveries by place. */
const createLedger = () => {
  const byPlace = new Map<string, Map<number, Map<number, number>>>();
  const levelOf = (place: string, at: number): Map<number, number> => {
    const times = byPlace.get(place) ?? new Map<number, Map<number, number>>();
    const level = times.get(at) ?? new Map<number, number>();
    byPlace.set(place, times);
    times.set(at, level);
    return level;
  };
  return {
    add: (place: string, at: number, part: number, quantity: number) => {
      const level = levelOf(place, at);
      level.set(part, (level.get(part) ?? 0) + quantity);
    },
    /** Takes up to `quantity` of what lies there from the beginning; how much it was. */
    take: (place: string, part: number, quantity: number): number => {
      const level = levelOf(place, always);
      const taken = Math.min(quantity, level.get(part) ?? 0);
      level.set(part, (level.get(part) ?? 0) - taken);
      return taken;
    },
    at: (place: string): Delivery[] =>
      [...(byPlace.get(place) ?? [])]
        .sort(([a], [b]) => a - b)
        .map(([at, level]) => ({ at, parts: [...level].map(([part, quantity]) => ({ part, quantity })) })),
  };
};

/**
 * Stock, deliveries and what can still be ordered. What is reserved for a visit becomes a part of its own that nobody
 * else needs.
 */
export const supplyOf = (region: SiftedRegion, visits: readonly SiftedVisit[], axis: TimeAxis): Supply => {
  const { stock, deliveries, reservations, parts, depots } = region;
  const partIds: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (part: string, keptAs = part): number => {
    const number = numbers.get(keptAs) ?? partIds.push(part) - 1;
    numbers.set(keptAs, number);
    return number;
  };
  const ledger = createLedger();
  for (const { part, place, quantity } of stock) ledger.add(place, always, numberOf(part), quantity);

  const reserved = new Map<string, PartCount[]>();
  const needed = new Map(visits.map(({ id, lines }) => [id, new Map(lines.map((l) => [l.part, l.quantity]))]));
  for (const { part, place, quantity, visit } of reservations) {
    const taken = ledger.take(place, numberOf(part), quantity);
    const need = needed.get(visit);
    const used = Math.min(taken, need?.get(part) ?? 0);
    if (!need || used === 0) continue;
    need.set(part, (need.get(part) ?? 0) - used);
    const own = numberOf(part, `${part} for ${visit} at ${place}`);
    ledger.add(place, always, own, used);
    reserved.set(visit, [...(reserved.get(visit) ?? []), { part: own, quantity: used }]);
  }

  for (const { part, depot, quantity, arrivesOn } of deliveries)
    ledger.add(depot, minuteOf(axis, instantOf(arrivesOn, '00:00', axis.timeZone)), numberOf(part), quantity);

  const demand = new Map<string, number>();
  for (const need of needed.values())
    for (const [part, quantity] of need) demand.set(part, (demand.get(part) ?? 0) + quantity);
  for (const [part, quantity] of demand) {
    const leadDays = parts.get(part)?.supplierLeadTimeDays;
    if (leadDays === undefined || quantity === 0) continue;
    const at = minuteOf(axis, axis.nowMs + leadDays * dayMs);
    for (const depot of depots.keys()) ledger.add(depot, at, numberOf(part), quantity);
  }
  const at = new Map<string, readonly Delivery[]>();
  const deliveriesAt = (place: string): readonly Delivery[] => {
    const known = at.get(place) ?? ledger.at(place);
    at.set(place, known);
    return known;
  };
  return {
    partIds,
    vanOf: deliveriesAt,
    depotOf: deliveriesAt,
    needsOf: ({ id }) => {
      const open = [...(needed.get(id) ?? [])].filter(([, quantity]) => quantity > 0);
      return [...open.map(([part, quantity]) => ({ part: numberOf(part), quantity })), ...(reserved.get(id) ?? [])];
    },
  };
};

const totalOf = (deliveries: readonly Delivery[], part: number, untilMinute: number): number =>
  deliveries
    .filter(({ at }) => at <= untilMinute)
    .reduce((sum, { parts }) => sum + (parts.find((held) => held.part === part)?.quantity ?? 0), 0);

/** The first part of a visit that neither a van nor a depot with a technician ever holds in full. */
export const createMissingPart = (
  { technicians }: SiftedRegion,
  supply: Supply,
  axis: TimeAxis,
): ((visit: SiftedVisit) => { readonly part: string; readonly quantity: number } | undefined) => {
  const until = minuteOf(axis, axis.endMs);
  const most = new Map<number, number>();
  const mostOf = (part: number): number => {
    const known = most.get(part);
    if (known !== undefined) return known;
    const held = [...technicians.values()].flatMap(({ id, depot }) => [
      totalOf(supply.vanOf(id), part, until),
      totalOf(depot ? supply.depotOf(depot) : [], part, until),
    ]);
    const found = held.reduce((best, quantity) => Math.max(best, quantity), 0);
    most.set(part, found);
    return found;
  };
  return (visit) => {
    const lacking = supply.needsOf(visit).find(({ part, quantity }) => mostOf(part) < quantity);
    return lacking && { part: supply.partIds[lacking.part] ?? '', quantity: lacking.quantity };
  };
};
