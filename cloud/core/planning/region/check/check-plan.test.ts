import { beforeAll, describe, expect, it } from 'vitest';
import { planRegion } from '../fixtures/plan-region.ts';
import type { RegionForm } from '../form.ts';
import type { RegionTechnician } from '../form-people.ts';
import type { RegionVisit } from '../form-work.ts';
import { generateRegion } from '../generate.ts';
import type { PlanDocument } from '../plan-document.ts';
import { checkPlan } from './check-plan.ts';

const region = (() => {
  const made = generateRegion({ technicians: 6, visits: 40, days: 6, seed: 3, nowMs: Date.UTC(2027, 0, 11, 4) });
  return { ...made, visits: made.visits.map(({ second: _, ...visit }) => visit) };
})();
let plan: PlanDocument;
beforeAll(async () => {
  plan = (await planRegion(region, 200)).document;
});

const visits = (change: (visit: RegionVisit) => Partial<RegionVisit>): Partial<RegionForm> => ({
  visits: region.visits.map((visit) => ({ ...visit, ...change(visit) })),
});
const technicians = (change: (technician: RegionTechnician) => Partial<RegionTechnician>): Partial<RegionForm> => ({
  technicians: region.technicians.map((technician) => ({ ...technician, ...change(technician) })),
});
const allDays = Array.from({ length: 7 }, (_, i) => `2027-01-${11 + i}`);
const noon = { fromAt: '2027-01-16T12:00+02:00', toAt: '2027-01-16T12:00+02:00' };

it('finds nothing wrong with a plan that keeps every rule', () => {
  expect(checkPlan(region, plan)).toEqual([]);
  expect(plan.routes.some(({ depot }) => depot)).toBe(true);
  expect(plan.routes.some((day) => day.break)).toBe(true);
  expect(plan.terms['stability'] ?? 0).toBeGreaterThanOrEqual(0);
});

describe('says what is wrong when the region had been another', () => {
  it.each<[string, Partial<RegionForm>, RegExp]>([
    ['skills', technicians(() => ({ skills: [] })), /^T\d has not \w+ \d for visit/],
    ['certificates', technicians(() => ({ certificates: [] })), /has no \w+ that is valid on/],
    [
      'tools',
      { ...technicians(() => ({ tools: [] })), depots: region.depots.map(({ tools: _, ...depot }) => depot) },
      /has no puller/,
    ],
    ['areas', technicians(() => ({ areas: ['Atlantis'] })), /does not serve the area/],
    ['pace', visits(({ durationMin }) => ({ durationMin: durationMin + 5 })), /has too little time/],
    [
      'opening hours',
      { sites: region.sites.map((site) => ({ ...site, access: { ...site.access, closedOn: allDays } })) },
      /the site of visit V\d+ is closed/,
    ],
    ['windows', visits(() => ({ windows: [noon] })), /starts outside its windows/],
    ['the present', { nowAt: '2027-01-12T12:00+02:00' }, /starts in the past/],
    [
      'working hours',
      technicians(({ working }) => ({
        working: { ...working, hours: working.hours.map((h) => ({ ...h, from: '09:30' })) },
      })),
      /outside working hours/,
    ],
    [
      'the end of the day',
      technicians(({ working }) => ({
        working: { ...working, hours: working.hours.map((h) => ({ ...h, to: '12:00' })) },
      })),
      /comes back too late/,
    ],
    [
      'absences',
      technicians(({ working }) => ({ working: { ...working, closedOn: allDays } })),
      /outside working hours/,
    ],
    [
      'breaks',
      technicians(() => ({ break: { minutes: 45, from: '10:45', to: '11:00' } })),
      /the break of T\d .* is not as it shall be|has no break/,
    ],
    ['roads', { travel: { by: 'haversine', factor: 1.5 } }, /cannot be at .* in time/],
    ['set-up', { sites: region.sites.map((site) => ({ ...site, setUpMin: 25 })) }, /cannot be at visit .* in time/],
    [
      'stock',
      { stock: [], deliveries: [], parts: region.parts.map(({ id }) => ({ id })) },
      /has no \S+ left for visit/,
    ],
    ['needs', visits(() => ({ parts: [{ part: 'S-45', quantity: 3 }] })), /has -?\d too many of/],
    [
      'pins',
      visits(() => ({ fixed: { technician: 'T99', startAt: noon.fromAt, by: 'pinned' } })),
      /left the technician it is fixed to/,
    ],
    [
      'order',
      visits(({ id }) => (id === 'V1' ? {} : { after: { visit: 'V1', gapMin: 9999 } })),
      /starts too early after V1|V1, which does not take place/,
    ],
    ['ties', visits(({ id }) => (id === 'V2' ? {} : { together: 'V2' })), /does not come together with V2/],
    ['crews', visits(() => ({ second: { skills: [] } })), /has 1 technicians/],
    [
      'prices of time',
      technicians(({ costPerHourCents }) => ({ costPerHourCents: costPerHourCents + 100 })),
      /: time is/,
    ],
    ['prices of ways', technicians(() => ({ costPerKmCents: 1 })), /: travel is/],
    [
      'what waiting costs',
      visits(() => ({ waiting: [{ startAt: noon.fromAt, riskCents: 77, wastedLifeCents: 33 }] })),
      /: risk is/,
    ],
    ['due dates', visits(() => ({ dueOn: '2027-01-10' })), /: lateness is/],
    ['promises', visits(() => ({ promised: { ...noon, technician: 'T99' } })), /: stability is/],
    ['visits', { visits: region.visits.slice(5) }, /is not in the region/],
  ])('%s', (_, changes, said) => {
    expect(checkPlan({ ...region, ...changes }, plan)).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
  });
});

describe('says what is wrong when the plan had been another', () => {
  it('for a visit that is planned twice, left out twice or forgotten', () => {
    const doubled = { ...plan, routes: [...plan.routes, ...plan.routes.slice(0, 1)] };
    expect(checkPlan(region, doubled).join()).toMatch(/has 2 technicians.*is on two routes at once/s);
    expect(checkPlan(region, { ...plan, unassigned: [] }).join()).toMatch(
      plan.unassigned.length > 0 ? /or neither/ : /^$/,
    );
    expect(checkPlan(region, { ...plan, routes: plan.routes.slice(1) }).join()).toMatch(/or neither/);
  });

  it('for terms that do not add up', () => {
    expect(checkPlan(region, { ...plan, cost: plan.cost + 1 }).join()).toMatch(/the terms add up to/);
    expect(checkPlan(region, { ...plan, terms: { ...plan.terms, travel: 0 } }).join()).toMatch(/travel is less than/);
  });
});
