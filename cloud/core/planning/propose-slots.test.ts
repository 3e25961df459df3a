import { seededRandom } from '@kuluma/shared/clock.ts';
import { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { describe, expect, it } from 'vitest';
import { depotOf, idFor, lempaala, nowMs, oulu, partOf, tampere, technicianOf, weekdays } from './fixtures/records.ts';
import type { BusyStop, Region } from './placements.ts';
import { proposeSlots } from './propose-slots.ts';
import { haversineTravel } from './travel.ts';
import type { VisitNeed } from './visit-need.ts';

const travel = haversineTravel();
const way = travel(tampere, lempaala);
/** 2026-11-23 is a Monday; Helsinki is two hours ahead of UTC. */
const local = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 2, minute);
const technician = technicianOf();
const depot = depotOf({ location: lempaala });
const part = partOf();

const needOf = (changes: Partial<VisitNeed> = {}): VisitNeed => ({
  location: lempaala,
  access: weekdays('00:00', '24:00'),
  durationMin: 90,
  skills: [{ skill: 'mechanics', level: 2 }],
  certificates: ['hotWork'],
  bom: [],
  window: { fromMs: nowMs, bestMs: nowMs, toMs: nowMs + 4 * dayMs },
  riskOfWaiting: [],
  lifeWasted: [],
  ...changes,
});
const regionOf = (changes: Partial<Region> = {}): Region => ({
  technicians: [technician],
  depots: [depot],
  parts: [part],
  stock: [],
  busy: [],
  travel,
  nowMs,
  ...changes,
});
const propose = (need: Partial<VisitNeed> = {}, region: Partial<Region> = {}, count = 3) =>
  proposeSlots({ ...regionOf(region), need: needOf(need), count, random: seededRandom(1) });
const codesOf = ({ reasons }: ReturnType<typeof propose>) => [...new Set(reasons.map((reason) => reason.code))].sort();
const stopAt = (fromMs: number, toMs: number, location = lempaala): BusyStop => ({
  technicianId: technician.id,
  location,
  startMs: fromMs,
  endMs: toMs,
  busyFromMs: fromMs - way.minutes * minuteMs,
  busyToMs: toMs,
});

describe('slots', () => {
  it('are three valid records on three days, cheapest first', () => {
    const { slots, reasons } = propose();
    expect(slots.flatMap((slot) => faultsOf(Slot, slot))).toEqual([]);
    expect(new Set(slots.map((slot) => Math.floor(slot.startMs / dayMs))).size).toBe(3);
    expect(slots.map((slot) => slot.costCents)).toEqual(slots.map((slot) => slot.costCents).sort((a, b) => a - b));
    expect(reasons).toEqual([]);
  });

  it('take the other half of a day when there are fewer days than slots', () => {
    const { slots } = propose({ window: { fromMs: local(24, 0), bestMs: local(24, 0), toMs: local(24, 23) } });
    expect(slots).toHaveLength(2);
    const [morning, afternoon] = slots.map((slot) => slot.startMs).sort((a, b) => a - b);
    expect(morning).toBeLessThan(local(24, 12));
    expect(afternoon).toBe(local(24, 12));
  });

  it('start on the quarter of an hour and promise two hours around, within the open hours of the site', () => {
    const [slot] = propose({ access: weekdays('08:30', '16:00') }, {}, 1).slots;
    expect(slot?.startMs).toBe(Math.ceil((local(23, 8) + way.minutes * minuteMs) / (15 * minuteMs)) * 15 * minuteMs);
    expect(slot && [slot.arrivalFromMs, slot.arrivalToMs]).toEqual([local(23, 8, 30), (slot?.startMs ?? 0) + hourMs]);
  });

  it('are the same for the same random numbers', () => {
    expect(propose()).toEqual(propose());
  });

  it('do not exist once the window is past', () => {
    const past = propose({ window: { fromMs: nowMs - 3 * dayMs, bestMs: nowMs - 2 * dayMs, toMs: nowMs - dayMs } });
    expect(past.slots).toEqual([]);
    expect(codesOf(past)).toEqual(['window']);
  });
});

describe('a slot keeps', () => {
  it('the skill and its level', () => {
    for (const skill of [
      { skill: 'hydraulics', level: 1 },
      { skill: 'mechanics', level: 4 },
    ]) {
      const answer = propose({ skills: [skill] });
      expect(answer).toEqual({
        slots: [],
        reasons: [{ technicianId: technician.id, onDay: null, code: 'skill', facts: skill }],
      });
    }
  });

  it('the certificate on the local day of the visit, its last day included', () => {
    const until = technicianOf({ certificates: [{ code: 'hotWork', validUntilOn: '2026-11-24' }] });
    const { slots } = propose({}, { technicians: [until] });
    expect(slots.length).toBeGreaterThan(0);
    expect(Math.max(...slots.map((slot) => slot.endMs))).toBeLessThanOrEqual(local(25, 0));
    expect(slots.some((slot) => slot.startMs >= local(24, 0))).toBe(true);
    const ended = technicianOf({ certificates: [{ code: 'hotWork', validUntilOn: '2026-11-22' }] });
    const answer = propose(
      { window: { fromMs: local(24, 8), bestMs: local(24, 8), toMs: local(24, 12) } },
      { technicians: [ended] },
    );
    expect(answer.slots).toEqual([]);
    expect(answer.reasons).toEqual([
      {
        technicianId: ended.id,
        onDay: '2026-11-24',
        code: 'certificate',
        facts: { certificate: 'hotWork', validUntilOn: '2026-11-22' },
      },
    ]);
  });

  it('the working hours with the way home', () => {
    const { slots } = propose({ durationMin: 8 * 60 - 2 * way.minutes });
    expect(
      slots.map((slot) => slot.startMs - local(23, 8) - way.minutes * minuteMs).every((ms) => ms % dayMs === 0),
    ).toBe(true);
    expect(slots).toHaveLength(3);
    const tooLong = propose({ durationMin: 8 * 60 - 2 * way.minutes + 1 });
    expect(tooLong.slots).toEqual([]);
    expect(codesOf(tooLong)).toEqual(['hours']);
  });

  it('the absences', () => {
    const away = technicianOf({ working: weekdays('08:00', '16:00', ['2026-11-23', '2026-11-24']) });
    const { slots } = propose({}, { technicians: [away] });
    expect(Math.min(...slots.map((slot) => slot.startMs))).toBeGreaterThan(local(25, 8));
  });

  it('a night shift over midnight, and one shift a day for someone who works round the clock', () => {
    const night = technicianOf({ working: weekdays('20:00', '04:00') });
    const window = { fromMs: local(24, 0, 30), bestMs: local(24, 1), toMs: local(24, 2) };
    const [slot] = propose({ window }, { technicians: [night] }).slots;
    expect(slot?.startMs).toBe(local(24, 0, 30));
    const always = technicianOf({ working: weekdays('00:00', '24:00') });
    const days = propose({}, { technicians: [always] }).slots.map((one) =>
      Math.floor((one.startMs + 2 * hourMs) / dayMs),
    );
    expect(new Set(days).size).toBe(3);
  });

  it('the way from the site', () => {
    const answer = propose({ location: oulu });
    expect(answer.slots).toEqual([]);
    expect(codesOf(answer)).toEqual(['hours']);
  });

  it('the access hours of the site in its own zone', () => {
    const stockholm = { ...weekdays('13:00', '15:00'), timeZone: 'Europe/Stockholm' };
    const { slots } = propose({ access: stockholm, durationMin: 60 });
    expect(slots.map((slot) => slot.startMs % dayMs)).toEqual([12, 12, 12].map((hour) => hour * hourMs));
    const window = { fromMs: nowMs, bestMs: nowMs, toMs: local(27, 20) };
    const night = propose({ access: weekdays('20:00', '22:00'), window });
    expect(night.slots).toEqual([]);
    expect(codesOf(night)).toEqual(['access']);
  });

  it('clear of visits and holds, with the way between them', () => {
    const busy = [stopAt(local(23, 9), local(23, 13, 45)), stopAt(local(24, 8, 30), local(24, 15, 30))];
    const { slots } = propose({ window: { fromMs: nowMs, bestMs: nowMs, toMs: local(24, 23) } }, { busy });
    expect(slots.map((slot) => slot.startMs)).toEqual([local(23, 13, 45)]);
    const full = propose({ window: { fromMs: local(24, 0), bestMs: local(24, 8), toMs: local(24, 23) } }, { busy });
    expect(full.slots).toEqual([]);
    expect(full.reasons).toEqual([
      { technicianId: technician.id, onDay: '2026-11-24', code: 'busy', facts: { busyMin: 420 + way.minutes } },
    ]);
  });

  it('the parts: from the van, else past a depot, else after the lead time of the supplier', () => {
    const bom = [{ partId: part.id, quantity: 2, useProbability: 1 }];
    const at = (placeId: typeof technician.id | typeof depot.id, quantity: number) => ({
      partId: part.id,
      placeId,
      quantity,
    });
    const van = propose({ bom }, { stock: [at(technician.id, 2)] });
    expect(van.slots[0]).toMatchObject({
      viaDepotId: null,
      parts: [{ from: 'van', quantity: 2, placeId: technician.id }],
    });
    const shelf = propose({ bom }, { stock: [at(technician.id, 1), at(depot.id, 5)] });
    expect(shelf.slots[0]).toMatchObject({
      viaDepotId: depot.id,
      parts: [
        { from: 'van', quantity: 1 },
        { from: 'depot', quantity: 1, placeId: depot.id },
      ],
    });
    expect(shelf.slots[0]?.travelMin).toBe((van.slots[0]?.travelMin ?? 0) + 10);
    const ordered = propose({ bom }, { stock: [at(technician.id, -1)] });
    expect(ordered.slots[0]?.parts).toEqual([{ partId: part.id, quantity: 2, from: 'supplier', placeId: depot.id }]);
    expect(Math.min(...ordered.slots.map((slot) => slot.busyFromMs))).toBeGreaterThanOrEqual(
      nowMs + 3 * dayMs - way.minutes * minuteMs,
    );
    const never = propose({ bom: [{ partId: idFor('part'), quantity: 1, useProbability: 1 }] });
    expect(never.slots).toEqual([]);
    expect(codesOf(never)).toContain('part');
    const late = propose({ bom }, { parts: [{ ...part, supplierLeadTimeDays: 30 }] });
    expect(late.reasons.find((reason) => reason.code === 'part')?.facts).toEqual({
      partId: part.id,
      readyMs: nowMs + 30 * dayMs,
    });
  });

  it('the window, and says so when the day is too late for it', () => {
    const answer = propose({ window: { fromMs: nowMs, bestMs: nowMs, toMs: local(23, 8) }, certificates: [] });
    expect(answer.slots).toEqual([]);
    expect(answer.reasons).toEqual([
      {
        technicianId: technician.id,
        onDay: '2026-11-23',
        code: 'window',
        facts: { fromMs: nowMs, toMs: local(23, 8) },
      },
    ]);
  });

  it('a start within the window', () => {
    const { slots } = propose({ window: { fromMs: local(25, 13), bestMs: local(25, 13), toMs: local(25, 13, 30) } });
    expect(slots.map((slot) => slot.startMs)).toEqual([local(25, 13)]);
  });
});

describe('the cost of a slot', () => {
  const first = (need: Partial<VisitNeed> = {}, region: Partial<Region> = {}) => {
    const [slot] = propose(need, region).slots;
    if (!slot) throw new Error('a slot');
    return slot;
  };

  it('is the sum of its terms', () => {
    const slot = first();
    expect(slot.costCents).toBe(Object.values(slot.costTerms).reduce((sum, cents) => sum + cents, 0));
  });

  it('counts kilometres there and back, or only the detour', () => {
    expect(first().costTerms['travelKm']).toBe(Math.round(2 * way.km * 60));
    expect(first({}, { busy: [stopAt(local(23, 9), local(23, 10))] }).costTerms['travelKm']).toBe(0);
  });

  it('counts the time on the way', () => {
    expect(first().costTerms['travelTime']).toBe(Math.round(((2 * way.minutes) / 60) * 6000));
  });

  it('counts the labour', () => {
    expect(first().costTerms['labour']).toBe(9000);
  });

  it('counts the expected failure until the start, and so comes early', () => {
    const riskOfWaiting = [0, 4].map((day) => ({
      atMs: nowMs + day * dayMs,
      failureProbability: 0,
      expectedCostCents: day * 100_000,
    }));
    const slot = first({ riskOfWaiting });
    expect(slot.costTerms['riskOfWaiting']).toBe(Math.round(((slot.startMs - nowMs) / dayMs) * 100_000));
    expect(slot.startMs).toBeLessThan(local(24, 0));
  });

  it('counts the life that is thrown away, and so comes late', () => {
    const lifeWasted = [
      { x: nowMs, y: 400_000 },
      { x: nowMs + 4 * dayMs, y: 0 },
    ];
    const slot = first({ lifeWasted });
    expect(slot.costTerms['lifeWasted']).toBe(Math.round(400_000 * (1 - (slot.startMs - nowMs) / (4 * dayMs))));
    expect(slot.startMs).toBeGreaterThan(local(26, 0));
  });

  it('sends the technician who is cheapest for it', () => {
    const far = technicianOf({ home: { latitude: 61.9, longitude: 23.9 } });
    expect(first({}, { technicians: [far, technician] }).technicianId).toBe(technician.id);
  });
});
