import { expect, it } from 'vitest';
import { findInsertion } from './insertion.ts';
import { createInsertion } from './insertion-place.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec, VehicleSpec, VisitSpec } from './problem-spec.ts';
import { createState, insertVisit } from './route-edits.ts';

/** Places 0 (home), 1, 2 and 3 on a line, ten minutes apart. */
const travelTime = Float64Array.from({ length: 16 }, (_, at) => 10 * Math.abs(Math.floor(at / 4) - (at % 4)));
const visit = (place: number, changes: Partial<VisitSpec> = {}): VisitSpec => ({
  id: `visit ${place}`,
  place,
  windows: [{ from: 0, to: 400 }],
  service: 30,
  ...changes,
});
const day = (changes: Partial<VehicleSpec> = {}): VehicleSpec => ({
  id: `day ${changes.window?.from ?? 0}`,
  technician: 0,
  start: 0,
  end: 0,
  window: { from: 0, to: 480 },
  costs: { perDuration: 1 },
  ...changes,
});
const tomorrow = { window: { from: 1000, to: 1480 } };

/** What each visit in turn adds on the vehicle given for it, put there if it fits. */
const added = (spec: Omit<ProblemSpec, 'travelTime'>, on: readonly number[]): number[] => {
  const state = createState(createProblem({ ...spec, travelTime }));
  const found = createInsertion();
  return on.map((vehicle, at) => {
    findInsertion(state, at, vehicle, -1, found);
    if (Number.isFinite(found.added)) insertVisit(state, at, vehicle, found);
    return found.added;
  });
};
const never = Number.POSITIVE_INFINITY;

it('comes in the window that costs least with what it costs to come then', () => {
  const windows = [
    { from: 0, to: 100, cost: { risk: 9 } },
    { from: 200, to: 300, cost: 4 },
  ];
  expect(added({ visits: [visit(1, { windows })], vehicles: [day()] }, [0])).toEqual([54]);
  expect(added({ visits: [visit(1, { windows })], vehicles: [day({ window: { from: 0, to: 150 } })] }, [0])).toEqual([
    59,
  ]);
});

it('counts what the technician costs, and may refuse all others', () => {
  const technicianCosts = { of: [{ technician: 0, cost: 7 }], others: never };
  const vehicles = [day(), day({ id: 'other', technician: 1 })];
  const visits = [visit(1, { technicianCosts }), visit(1, { id: 'again', technicianCosts })];
  expect(added({ visits, vehicles }, [0, 1])).toEqual([57, never]);
});

it('serves with the time of the group, or not at all', () => {
  const visits = [visit(1, { service: [30, never] }), visit(2, { service: [never, 60] })];
  expect(added({ visits, vehicles: [day(), day({ id: 'other', group: 1 })] }, [0, 1])).toEqual([50, 100]);
  expect(added({ visits, vehicles: [day(), day({ id: 'other', group: 1 })] }, [1, 0])).toEqual([never, never]);
});

it('keeps a frozen visit at its time on its vehicle', () => {
  const visits = [visit(1, { frozen: { vehicle: 0, start: 100 } }), visit(2, { windows: [{ from: 65, to: 95 }] })];
  expect(added({ visits, vehicles: [day(), day({ id: 'other' })] }, [0, 0])).toEqual([50, never]);
  expect(added({ visits, vehicles: [day(), day({ id: 'other' })] }, [1])).toEqual([never]);
});

it('pays overtime by the time of coming home', () => {
  const overtime = { after: 40, perMinute: 2 };
  expect(added({ visits: [visit(1)], vehicles: [day({ overtime })] }, [0])).toEqual([50 + 2 * 10]);
});

it('takes the break on the road only if the day spans it', () => {
  const rest = { minutes: 30, from: 60, to: 80 };
  const visits = [
    visit(1, { windows: [{ from: 20, to: 40 }] }),
    visit(1, { id: 'later', windows: [{ from: 100, to: 120 }] }),
  ];
  const [alone, both] = added({ visits, vehicles: [day({ break: rest })] }, [0, 0]);
  expect(alone).toBe(50);
  // From 70 to 100 there is nothing to do: long enough for the break.
  expect(both).toBe(60);
  const tight = [visits[0] as VisitSpec, visit(1, { id: 'later', windows: [{ from: 70, to: 75 }] })];
  expect(added({ visits: tight, vehicles: [day({ break: rest })] }, [0, 0])[1]).toBe(never);
});

it('shares a van over the days of its technician, until a delivery', () => {
  const parts = [{ part: 0, quantity: 1 }];
  const visits = [visit(1, { parts }), visit(2, { parts, windows: [{ from: 1000, to: 1400 }] })];
  const vehicles = [day(), day(tomorrow)];
  expect(added({ visits, vehicles, vans: [[{ at: 0, parts }]] }, [0, 1])).toEqual([50, never]);
  const deliveries = [0, 900].map((at) => ({ at, parts }));
  expect(added({ visits, vehicles, vans: [deliveries] }, [0, 1])).toEqual([50, 70]);
});

it('passes the depot while it has what the visit needs', () => {
  const parts = [{ part: 0, quantity: 1 }];
  const depots = [{ place: 3, windows: [{ from: 0, to: 2000 }], service: 5, stock: [{ at: 0, parts }] }];
  const vehicles = [day({ depot: 0 }), day({ ...tomorrow, depot: 0 })];
  const visits = [visit(1, { parts }), visit(1, { id: 'again', parts, windows: [{ from: 1000, to: 1400 }] })];
  expect(added({ visits, vehicles, depots }, [0, 1])).toEqual([60 + 5 + 30, never]);
});

it('does not depend on the depot of another company', () => {
  const parts = [{ part: 0, quantity: 1 }];
  const depots = [{ place: 3, windows: [{ from: 0, to: 2000 }], service: 5, stock: [{ at: 0, parts }] }];
  const windows = [{ from: 0, to: 400, cost: 1 }];
  const supplied = { visits: [visit(1, { parts, windows })], vehicles: [day({ depot: 0 })], depots };
  const depends = [supplied, { visits: [visit(1, { windows })], vehicles: [day()] }].map((spec) => {
    const found = createInsertion();
    findInsertion(createState(createProblem({ ...spec, travelTime })), 0, 0, -1, found);
    return found.depends;
  });
  expect(depends).toEqual([true, false]);
});

it('begins together with another technician, or after the end of another visit', () => {
  const vehicles = [day(), day({ id: 'other', technician: 1 })];
  const pair = [visit(1, { windows: [{ from: 50, to: 50 }] }), visit(2, { together: 'visit 1' })];
  expect(added({ visits: pair, vehicles }, [0, 0])[1]).toBe(never);
  expect(added({ visits: pair, vehicles }, [0, 1])[1]).toBeCloseTo(70, 6);
  const after = [{ visit: 'visit 1', gap: 40 }];
  const chain = [visit(1, { windows: [{ from: 50, to: 50 }] }), visit(2, { after, windows: [{ from: 0, to: 119 }] })];
  expect(added({ visits: chain, vehicles }, [0, 1])[1]).toBe(never);
  const [, longer] = [...chain].with(1, visit(2, { after }));
  expect(added({ visits: [chain[0] as VisitSpec, longer as VisitSpec], vehicles }, [0, 1])[1]).toBeCloseTo(70, 6);
});
