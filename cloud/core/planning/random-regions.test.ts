import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { Technician } from '@kuluma/shared/model/stock.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localDayOf } from '../calendar/local-time.ts';
import { openIntervals } from '../calendar/open-hours.ts';
import { depotOf, idFor, partOf, technicianOf, weekdays } from './fixtures/records.ts';
import type { StockLevel } from './parts.ts';
import { type BusyStop, daysOf, placementsOn, type Region, stopOf } from './placements.ts';
import { proposeSlots } from './propose-slots.ts';
import { whyNot } from './reasons.ts';
import { haversineTravel } from './travel.ts';
import type { VisitNeed } from './visit-need.ts';

const travel = haversineTravel();
const dayOf = (offset: number, startMs: number) => new Date(startMs + offset * dayMs).toISOString().slice(0, 10);

/** Starts stand around both changes of the clock and on a plain day. */
const starts = [Date.UTC(2027, 2, 25, 6), Date.UTC(2026, 9, 22, 6), Date.UTC(2026, 10, 23, 5)];

const place = fc.record({
  latitude: fc.double({ min: 60.8, max: 61.8, noNaN: true }),
  longitude: fc.double({ min: 23, max: 25, noNaN: true }),
});
const skill = fc.constantFrom('mechanics', 'hydraulics');
const skillsOf = (minLength: number, minLevel: number) =>
  fc.uniqueArray(fc.record({ skill, level: fc.integer({ min: minLevel, max: 3 }) }), {
    minLength,
    maxLength: 2,
    selector: (one) => one.skill,
  });
const hours = fc.constantFrom(weekdays('07:00', '15:00'), weekdays('08:00', '18:00'), weekdays('10:00', '20:00'));
const depots = [depotOf(), depotOf({ location: { latitude: 60.8, longitude: 24 } })];
const parts = [partOf({ supplierLeadTimeDays: 2 }), partOf({ supplierLeadTimeDays: 0.5 })];

const needs = fc.record({
  location: place,
  access: hours,
  zone: fc.constantFrom('Europe/Helsinki', 'Europe/Stockholm'),
  closed: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
  durationMin: fc.integer({ min: 15, max: 240 }),
  skills: skillsOf(0, 1),
  certificates: fc.constantFrom([], ['hotWork']),
  bom: fc.array(fc.record({ part: fc.integer({ min: 0, max: 1 }), quantity: fc.integer({ min: 1, max: 2 }) }), {
    maxLength: 2,
  }),
  fromDays: fc.integer({ min: 0, max: 3 }),
  windowDays: fc.integer({ min: 0, max: 6 }),
});
const technicians = fc.record({
  home: place,
  working: hours,
  absent: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
  skills: skillsOf(1, 2),
  certifiedDays: fc.integer({ min: -1, max: 8 }),
  van: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
});
const regions = fc.record({
  nowMs: fc.constantFrom(...starts),
  technicians: fc.array(technicians, { minLength: 1, maxLength: 3 }),
  needs: fc.array(needs, { minLength: 2, maxLength: 7 }),
  shelves: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
});
type Drawn = typeof regions extends fc.Arbitrary<infer T> ? T : never;

const regionOf = ({ nowMs, technicians: drawn, shelves }: Drawn): Region => {
  const staff = drawn.map(({ home, working, absent, skills: has, certifiedDays }) =>
    technicianOf({
      home,
      skills: has,
      working: { ...working, closedOn: absent.map((offset) => dayOf(offset, nowMs)) },
      certificates: [{ code: 'hotWork', validUntilOn: dayOf(certifiedDays, nowMs) }],
    }),
  );
  const levels = (placeId: StockLevel['placeId'], quantities: readonly number[]): StockLevel[] =>
    parts.map((part, i) => ({ partId: part.id, placeId, quantity: quantities[i] ?? 0 }));
  const stock = [
    ...staff.flatMap((technician, i) => levels(technician.id, drawn[i]?.van ?? [])),
    ...depots.flatMap((depot, i) => levels(depot.id, shelves.slice(2 * i))),
  ];
  return { technicians: staff, depots, parts, stock, busy: [], travel, nowMs };
};

const needOf = (drawn: Drawn['needs'][number], nowMs: number): VisitNeed => {
  const fromMs = nowMs + drawn.fromDays * dayMs;
  return {
    ...drawn,
    access: { ...drawn.access, timeZone: drawn.zone, closedOn: drawn.closed.map((offset) => dayOf(offset, nowMs)) },
    bom: drawn.bom.flatMap(({ part, quantity }) => {
      const partId = parts[part]?.id;
      return partId ? [{ partId, quantity, useProbability: 1 }] : [];
    }),
    window: { fromMs, bestMs: fromMs, toMs: fromMs + drawn.windowDays * dayMs },
    riskOfWaiting: [],
    lifeWasted: [],
  };
};

/** One-by-one walk through the technician's whole time, written without the planner's kernel. */
const expectDrivable = (technician: Technician, region: Region, stops: readonly (BusyStop & { slot: Slot })[]) => {
  const inOrder = [...stops].sort((a, b) => a.startMs - b.startMs);
  const shifts = openIntervals(technician.working, region.nowMs - dayMs, region.nowMs + 15 * dayMs);
  for (const [i, stop] of inOrder.entries()) {
    const before = inOrder[i - 1];
    expect(stop.busyFromMs).toBeGreaterThanOrEqual(before?.busyToMs ?? region.nowMs);
    const shift = shifts.find(({ fromMs, toMs }) => fromMs <= stop.startMs && stop.endMs <= toMs);
    if (!shift) throw new Error('a stop outside working hours');
    const last = before && before.startMs >= shift.fromMs ? before : undefined;
    const via = depots.find((depot) => depot.id === stop.slot.viaDepotId);
    const fromPlace = last?.location ?? technician.home;
    const minutes = via
      ? travel(fromPlace, via.location).minutes + 10 + travel(via.location, stop.location).minutes
      : travel(fromPlace, stop.location).minutes;
    expect(stop.startMs).toBeGreaterThanOrEqual((last?.endMs ?? shift.fromMs) + minutes * minuteMs);
    const next = inOrder[i + 1];
    if (!next || next.startMs >= shift.toMs)
      expect(stop.endMs + travel(stop.location, technician.home).minutes * minuteMs).toBeLessThanOrEqual(shift.toMs);
  }
};

const expectAllowed = (slot: Slot, need: VisitNeed, region: Region) => {
  const technician = region.technicians.find((candidate) => candidate.id === slot.technicianId);
  if (!technician) throw new Error('an unknown technician');
  for (const { skill: name, level } of need.skills)
    expect(technician.skills.some((has) => has.skill === name && has.level >= level)).toBe(true);
  for (const code of need.certificates) {
    const valid = technician.certificates.filter((has) => has.code === code).map((has) => has.validUntilOn);
    expect(valid.some((until) => until >= localDayOf(slot.endMs - 1, need.access.timeZone))).toBe(true);
  }
  const open = openIntervals(need.access, slot.startMs - dayMs, slot.endMs + dayMs);
  expect(open.some(({ fromMs, toMs }) => fromMs <= slot.startMs && slot.endMs <= toMs)).toBe(true);
  expect(slot.endMs - slot.startMs).toBe(need.durationMin * minuteMs);
  expect(slot.startMs).toBeGreaterThanOrEqual(need.window.fromMs);
  expect(slot.startMs).toBeLessThanOrEqual(need.window.toMs);
  expect(slot.arrivalFromMs).toBeLessThanOrEqual(slot.startMs);
  expect(slot.arrivalToMs - slot.arrivalFromMs).toBeLessThanOrEqual(2 * hourMs);
  for (const partId of parts.map((part) => part.id)) {
    const sum = (lines: readonly { partId: string; quantity: number }[]) =>
      lines.filter((line) => line.partId === partId).reduce((total, line) => total + line.quantity, 0);
    expect(sum(slot.parts)).toBe(sum(need.bom));
  }
  for (const source of slot.parts.filter((taken) => taken.from === 'supplier')) {
    const leadDays = parts.find((part) => part.id === source.partId)?.supplierLeadTimeDays ?? 0;
    expect(slot.startMs).toBeGreaterThan(region.nowMs + leadDays * dayMs);
  }
};

const taken = (stock: readonly StockLevel[], slot: Slot): StockLevel[] =>
  stock.map((level) => {
    const used = slot.parts.filter(
      ({ partId, placeId, from }) => from !== 'supplier' && partId === level.partId && placeId === level.placeId,
    );
    return { ...level, quantity: used.reduce((left, { quantity }) => left - quantity, level.quantity) };
  });

it('keeps every rule in any region while visit after visit is booked', () => {
  let booked = 0;
  fc.assert(
    fc.property(regions, (drawn) => {
      let region = regionOf(drawn);
      const stops: (BusyStop & { slot: Slot })[] = [];
      for (const need of drawn.needs.map((one) => needOf(one, drawn.nowMs))) {
        const { slots } = proposeSlots({ ...region, need, count: 3, random: seededRandom(3) });
        for (const slot of slots) expectAllowed(slot, need, region);
        const [slot] = slots;
        if (!slot) continue;
        booked++;
        stops.push({ ...stopOf(slot, need.location, region), slot });
        region = { ...region, busy: stops, stock: taken(region.stock, slot) };
        for (const level of region.stock) expect(level.quantity).toBeGreaterThanOrEqual(0);
        for (const technician of region.technicians)
          expectDrivable(
            technician,
            region,
            stops.filter((stop) => stop.technicianId === technician.id),
          );
      }
    }),
    { numRuns: 40 },
  );
  expect(booked).toBeGreaterThan(15);
});

it('can hold all slots of one visit at once', () => {
  fc.assert(
    fc.property(regions, (drawn) => {
      const [first] = drawn.needs;
      if (!first) return;
      const need = needOf(first, drawn.nowMs);
      const { slots } = proposeSlots({ ...regionOf(drawn), need, count: 3, random: seededRandom(3) });
      slots.forEach((slot, i) => {
        for (const other of slots.slice(i + 1))
          if (other.technicianId === slot.technicianId)
            expect(slot.busyToMs <= other.busyFromMs || other.busyToMs <= slot.busyFromMs).toBe(true);
      });
    }),
    { numRuns: 40 },
  );
});

it('gives reasons that are true: with the named rules set aside the visit fits on that day, with any one kept it does not', () => {
  let checked = 0;
  fc.assert(
    fc.property(regions, (drawn) => {
      const region = regionOf(drawn);
      for (const need of drawn.needs.map((one) => needOf(one, drawn.nowMs))) {
        for (const technician of region.technicians) {
          const reasons = whyNot(technician, need, region);
          for (const date of daysOf(technician, need, region.nowMs)) {
            const always = reasons.filter((reason) => reason.onDay === null).map((reason) => reason.code);
            const today = reasons.filter((reason) => reason.onDay === date.day).map((reason) => reason.code);
            if (today.length === 0) continue;
            checked++;
            const fits = (codes: typeof today) => placementsOn(date, need, region, new Set(codes)).length > 0;
            expect(fits([...always, ...today])).toBe(true);
            for (const code of today) expect(fits([...always, ...today.filter((other) => other !== code)])).toBe(false);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(checked).toBeGreaterThan(30);
});

it('finds a place whenever a day has no reason against it', () => {
  const technician = technicianOf({ id: idFor('technician') });
  fc.assert(
    fc.property(regions, (drawn) => {
      const region = { ...regionOf(drawn), technicians: [technician] };
      for (const need of drawn.needs.map((one) => needOf(one, drawn.nowMs))) {
        const { slots, reasons } = proposeSlots({ ...region, need, count: 3, random: seededRandom(3) });
        expect(slots.length > 0).toBe(reasons.length === 0);
      }
    }),
    { numRuns: 40 },
  );
});
