import { overtimeCost } from './overtime.ts';
import type { Problem } from './problem.ts';
import type { RouteState } from './route-state.ts';
import { addStop, createSegment } from './segment.ts';
import type { Traffic } from './traffic.ts';
import { leaveInTraffic, readyInTraffic, type TrafficLeg } from './traffic-tour.ts';

/** The route is known to be feasible: what it misses by less is rounding. */
const rounding = 1e-9;

/** A stop of a route with the way to it. */
interface Stop {
  readonly node: number;
  readonly place: number;
  readonly open: number;
  readonly close: number;
  readonly service: number;
}

/** The stops of a route, the depot and the way home among them. */
const stopsOf = (state: RouteState, vehicle: number, late: number): Stop[] => {
  const { problem, next, open, close } = state;
  const { visitCount: n, stock, place, service, serviceRow } = problem;
  const stops: Stop[] = [];
  for (let i = n + vehicle; ; ) {
    if (stock && state.restockAfter[vehicle] === i)
      stops.push({
        node: -1,
        place: stock.depotPlace[vehicle] as number,
        open: stock.depotOpen[vehicle] as number,
        close: (stock.depotClose[vehicle] as number) + late,
        service: stock.depotService[vehicle] as number,
      });
    i = next[i] as number;
    const home = i >= n;
    stops.push({
      node: i,
      place: place[i] as number,
      open: home ? (problem.leaveFrom[vehicle] as number) : (open[i] as number),
      close: (home ? (problem.backBy[vehicle] as number) : (close[i] as number)) + late,
      service: home ? 0 : (service[(serviceRow[vehicle] as number) + i] as number),
    });
    if (home) return stops;
  }
};

/** A route with its break on a leg: -1 is before it, as many as there are stops behind it. */
interface Tour {
  readonly problem: Problem;
  readonly vehicle: number;
  readonly stops: readonly Stop[];
  readonly breakOn: number;
  /** By how much it may be late. */
  readonly late: number;
}

const legsOf = ({ problem, vehicle, stops }: Tour, { setUp }: Traffic): TrafficLeg[] => {
  const { place, placeCount, time } = problem;
  let at = place[problem.visitCount + vehicle] as number;
  return stops.map((stop) => {
    const way = at * placeCount + stop.place;
    at = stop.place;
    return { ...stop, free: (time[way] as number) - (setUp[way] as number), setUp: setUp[way] as number };
  });
};

const restOf = ({ problem: { breakFrom, breakTo, breakMinutes }, vehicle, late }: Tour) => ({
  from: breakFrom[vehicle] as number,
  to: (breakTo[vehicle] as number) + late,
  minutes: breakMinutes[vehicle] as number,
});

/** When the route is left to cost least, where ways take longer at some hours than at others. */
const leaveOfTraffic = (tour: Tour, traffic: Traffic): { leave: number; cost: number } | undefined => {
  const { problem, vehicle, breakOn } = tour;
  const rest = restOf(tour);
  const from = problem.leaveFrom[vehicle] as number;
  const rested = breakOn === -1 ? rest.from + rest.minutes : from;
  return leaveInTraffic(
    traffic,
    {
      legs: legsOf(tour, traffic),
      from: Math.max(from, rested),
      to: problem.backBy[vehicle] as number,
      restOn: breakOn,
      rest,
    },
    {
      perDuration: problem.perDuration[vehicle] as number,
      overtimeRate: problem.overtimeRate[vehicle] as number,
      overtimeAfter: problem.overtimeAfter[vehicle] as number,
    },
  );
};

/** When the route is left to take least time and be back early, and what its time costs; undefined if it cannot be. */
const leaveOf = (tour: Tour): { leave: number; cost: number } | undefined => {
  const { problem, vehicle, stops, breakOn, late } = tour;
  if (problem.traffic) return leaveOfTraffic(tour, problem.traffic);
  const { leaveFrom, backBy, breakMinutes, breakFrom, breakTo, perDuration, place, placeCount, time } = problem;
  const segment = createSegment();
  const rested = (breakFrom[vehicle] as number) + (breakMinutes[vehicle] as number);
  segment.earliest = Math.max(leaveFrom[vehicle] as number, breakOn === -1 ? rested : Number.NEGATIVE_INFINITY);
  segment.latest = backBy[vehicle] as number;
  let at = place[problem.visitCount + vehicle] as number;
  for (const [leg, stop] of stops.entries()) {
    let travel = time[at * placeCount + stop.place] as number;
    if (leg === breakOn) {
      const close = (breakTo[vehicle] as number) + travel + late;
      if (!addStop(segment, travel, breakFrom[vehicle] as number, close, breakMinutes[vehicle] as number))
        return undefined;
      travel = 0;
    }
    if (!addStop(segment, travel, stop.open, stop.close, stop.service)) return undefined;
    at = stop.place;
  }
  const back = segment.earliest + segment.duration;
  if (breakOn === stops.length && back > (breakTo[vehicle] as number) + late) return undefined;
  return {
    leave: segment.earliest,
    cost: (perDuration[vehicle] as number) * segment.duration + overtimeOf(problem, vehicle, back),
  };
};

const overtimeOf = (problem: Problem, vehicle: number, back: number): number =>
  (problem.overtimeRate[vehicle] as number) > 0 ? overtimeCost(problem, vehicle, back) : 0;

/** When service begins at a node, driving as early as can be from a time of leaving. */
const startAt = (tour: Tour, leave: number, node: number): number => {
  const { problem, vehicle, stops, breakOn } = tour;
  const { breakMinutes, breakFrom, place, placeCount, time, traffic } = problem;
  const legs = traffic && legsOf(tour, traffic);
  let at = place[problem.visitCount + vehicle] as number;
  let now = leave;
  for (const [leg, stop] of stops.entries()) {
    if (legs) now = readyInTraffic(traffic, now, legs[leg] as TrafficLeg, leg === breakOn ? restOf(tour) : undefined);
    else {
      now += time[at * placeCount + stop.place] as number;
      if (leg === breakOn) now = Math.max(now, breakFrom[vehicle] as number) + (breakMinutes[vehicle] as number);
    }
    now = Math.max(now, stop.open);
    if (stop.node === node) return now;
    now += stop.service;
    at = stop.place;
  }
  return Number.NaN;
};

const earliestWithin = (state: RouteState, visit: number, late: number): number => {
  const { problem } = state;
  const vehicle = state.vehicleOf[visit] as number;
  const stops = stopsOf(state, vehicle, late);
  const rests = (problem.breakMinutes[vehicle] as number) >= 0;
  const legs = rests ? Array.from({ length: stops.length + 2 }, (_, i) => i - 1) : [-2];
  let least = Number.POSITIVE_INFINITY;
  let begins = Number.NaN;
  for (const breakOn of legs) {
    const tour = { problem, vehicle, stops, breakOn, late };
    const left = leaveOf(tour);
    if (!left || left.cost >= least) continue;
    least = left.cost;
    begins = startAt(tour, left.leave, visit);
  }
  return begins;
};

/** When service of a visit begins if its route costs what it costs and everything comes as early as it then can. */
export const earliestStart = (state: RouteState, visit: number): number => {
  const exact = earliestWithin(state, visit, 0);
  return Number.isNaN(exact) ? earliestWithin(state, visit, rounding) : exact;
};
