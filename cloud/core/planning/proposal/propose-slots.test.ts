import { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, oulu, technicianOf, weekdays } from '../fixtures/records.ts';
import { codesOf, daysOf, depot, iso, local, part, propose, technician, way } from './fixtures/propose.ts';

describe('slots', () => {
  it('are three valid records on three days, cheapest first', async () => {
    const { slots, reasons } = await propose();
    expect(slots.flatMap((slot) => faultsOf(Slot, slot))).toEqual([]);
    expect(new Set(daysOf(slots)).size).toBe(3);
    expect(slots.map((slot) => slot.costCents)).toEqual(slots.map((slot) => slot.costCents).sort((a, b) => a - b));
    expect(reasons).toEqual([]);
  });

  it('take the other half of a day when there are fewer days than slots', async () => {
    const { slots } = await propose({ window: { fromMs: local(24, 0), toMs: local(24, 23) } });
    const [morning, afternoon] = slots.map((slot) => slot.startMs).sort((a, b) => a - b);
    expect(slots).toHaveLength(2);
    expect(morning).toBeLessThan(local(24, 12));
    expect(afternoon).toBe(local(24, 12));
  });

  it('start on the quarter of an hour and promise two hours around, within the open hours of the site', async () => {
    const [slot] = (await propose({ access: weekdays('08:30', '16:00') }, 1)).slots;
    expect((slot?.startMs ?? 1) % (15 * minuteMs)).toBe(0);
    expect(slot?.arrivalFromMs).toBeGreaterThanOrEqual((slot?.startMs ?? 0) - hourMs);
    expect(slot?.arrivalToMs).toBe((slot?.startMs ?? 0) + hourMs);
  });

  it('start within the window to the minute where the quarter of an hour does not fit', async () => {
    const window = { fromMs: local(25, 13, 5), toMs: local(25, 13, 10) };
    expect((await propose({ window })).slots.map((slot) => slot.startMs)).toEqual([local(25, 13, 5)]);
  });

  it('are the same for the same random numbers', async () => {
    expect(await propose()).toEqual(await propose());
  });

  it('do not exist once the window is past', async () => {
    const past = await propose({ window: { fromMs: nowMs - 3 * dayMs, toMs: nowMs - dayMs } });
    expect(past.slots).toEqual([]);
    expect(codesOf(past)).toEqual(['window']);
  });
});

describe('a slot keeps', () => {
  it('the skill and its level', async () => {
    for (const skill of [
      { skill: 'hydraulics', level: 1 },
      { skill: 'mechanics', level: 4 },
    ]) {
      expect(await propose({ skills: [skill] })).toEqual({
        slots: [],
        reasons: [{ technicianId: technician.id, onDay: null, code: 'skill', facts: skill }],
      });
    }
  });

  it('the certificate on the local day of the visit, its last day included', async () => {
    const until = technicianOf({ certificates: [{ code: 'hotWork', validUntilOn: '2026-11-24' }] });
    const { slots } = await propose({ technicians: [until] });
    expect(Math.max(...slots.map((slot) => slot.endMs))).toBeLessThanOrEqual(local(25, 0));
    expect(slots.some((slot) => slot.startMs >= local(24, 0))).toBe(true);
    const ended = technicianOf({ certificates: [{ code: 'hotWork', validUntilOn: '2026-11-22' }] });
    expect(await propose({ window: { fromMs: local(24, 8), toMs: local(24, 12) }, technicians: [ended] })).toEqual({
      slots: [],
      reasons: [
        {
          technicianId: ended.id,
          onDay: '2026-11-24',
          code: 'certificate',
          facts: { certificate: 'hotWork', validUntilOn: '2026-11-22' },
        },
      ],
    });
  });

  it('the working hours with the way home', async () => {
    const { slots } = await propose({ durationMin: 8 * 60 - 2 * way.minutes });
    expect(slots.length).toBe(3);
    for (const { startMs } of slots) expect((startMs - local(23, 8) - way.minutes * minuteMs) % dayMs).toBe(0);
    const tooLong = await propose({ durationMin: 8 * 60 - 2 * way.minutes + 1 });
    expect(tooLong.slots).toEqual([]);
    expect(codesOf(tooLong)).toEqual(['hours']);
  });

  it('the absences', async () => {
    const away = technicianOf({ working: weekdays('08:00', '16:00', ['2026-11-23', '2026-11-24']) });
    const { slots } = await propose({ technicians: [away] });
    expect(Math.min(...slots.map((slot) => slot.startMs))).toBeGreaterThan(local(25, 8));
  });

  it('one shift a day for someone who works round the clock', async () => {
    const always = technicianOf({ working: weekdays('00:00', '24:00') });
    expect(new Set(daysOf((await propose({ technicians: [always] })).slots)).size).toBe(3);
  });

  it('the way from the site', async () => {
    const answer = await propose({ location: oulu });
    expect(answer.slots).toEqual([]);
    expect(codesOf(answer)).toEqual(['hours']);
  });

  it('the access hours of the site in its own zone', async () => {
    const stockholm = { ...weekdays('13:00', '15:00'), timeZone: 'Europe/Stockholm' };
    const { slots } = await propose({ access: stockholm, durationMin: 60 });
    for (const { startMs, endMs } of slots) {
      expect(startMs % dayMs).toBeGreaterThanOrEqual(12 * hourMs);
      expect(endMs % dayMs).toBeLessThanOrEqual(14 * hourMs);
    }
    const night = await propose({
      access: weekdays('20:00', '22:00'),
      window: { fromMs: nowMs, toMs: local(27, 20) },
    });
    expect(night.slots).toEqual([]);
    expect(codesOf(night)).toEqual(['access']);
  });

  it('either of the hours of a site that closes at midday, and the days on which it is shut', async () => {
    const hours = [1, 2, 3, 4, 5].flatMap((weekday) => [
      { weekday, from: '07:00', to: '10:00' },
      { weekday, from: '14:00', to: '16:00' },
    ]);
    const access = { timeZone: 'Europe/Helsinki', hours, closedOn: ['2026-11-25'] };
    const window = { fromMs: local(24, 0), toMs: local(25, 23) };
    const { slots } = await propose({ access, durationMin: 60, window });
    expect(new Set(daysOf(slots)).size).toBe(1);
    const within = ({ startMs, endMs }: Slot, from: number, to: number) =>
      local(24, from) <= startMs && endMs <= local(24, to);
    expect(slots).toHaveLength(2);
    expect(slots.some((slot) => within(slot, 7, 10)) && slots.some((slot) => within(slot, 14, 16))).toBe(true);
  });

  it('clear of visits that stand, with the way between them', async () => {
    const busy = [
      { fromMs: local(23, 9), toMs: local(23, 13, 45) },
      { fromMs: local(24, 8, 30), toMs: local(24, 15, 30) },
    ];
    const { slots } = await propose({ window: { fromMs: nowMs, toMs: local(24, 23) }, busy });
    expect(slots.map((slot) => slot.startMs)).toEqual([local(23, 13, 45)]);
    const full = await propose({ window: { fromMs: local(24, 0), toMs: local(24, 23) }, busy });
    expect(full.slots).toEqual([]);
    expect(full.reasons).toEqual([
      { technicianId: technician.id, onDay: '2026-11-24', code: 'busy', facts: { busyMin: 420 + way.minutes } },
    ]);
  });

  it('the parts: from the van, else past the depot, else after the lead time of the supplier', async () => {
    const parts = [{ part: part.id, quantity: 2 }];
    const at = (place: string, quantity: number) => ({ part: part.id, place, quantity });
    const van = await propose({ parts, stock: [at(technician.id, 2)] });
    expect(van.slots[0]).toMatchObject({
      viaDepotId: null,
      parts: [{ from: 'van', quantity: 2, placeId: technician.id }],
    });
    const shelf = await propose({ parts, stock: [at(technician.id, 1), at(depot.id, 5)] });
    expect(shelf.slots[0]).toMatchObject({
      viaDepotId: depot.id,
      parts: [{ from: 'depot', quantity: 2, placeId: depot.id }],
    });
    expect(shelf.slots[0]?.travelMin).toBe((van.slots[0]?.travelMin ?? 0) + 10);
    const ordered = await propose({ parts });
    expect(ordered.slots[0]?.parts).toEqual([{ partId: part.id, quantity: 2, from: 'supplier', placeId: depot.id }]);
    expect(Math.min(...ordered.slots.map((slot) => slot.busyFromMs))).toBeGreaterThanOrEqual(
      nowMs + 3 * dayMs - way.minutes * minuteMs,
    );
    const never = await propose({ parts: [{ part: idFor('part'), quantity: 1 }] });
    expect(never.slots).toEqual([]);
    expect(codesOf(never)).toContain('part');
    const late = await propose({ parts, catalogue: [{ ...part, supplierLeadTimeDays: 30 }] });
    expect(late.reasons.find((reason) => reason.code === 'part')?.facts).toEqual({
      partId: part.id,
      readyMs: nowMs + 30 * dayMs,
    });
  });

  it('the window, and says so when the day is too late for it', async () => {
    const window = { fromMs: nowMs, toMs: local(23, 8) };
    expect(await propose({ window, certificates: [] })).toEqual({
      slots: [],
      reasons: [{ technicianId: technician.id, onDay: '2026-11-23', code: 'window', facts: window }],
    });
  });
});

describe('the cost of a slot', () => {
  const first = async (changes: Parameters<typeof propose>[0] = {}) => {
    const [slot] = (await propose(changes)).slots;
    if (!slot) throw new Error('a slot');
    return slot;
  };

  it('is the sum of its terms', async () => {
    const slot = await first();
    expect(slot.costCents).toBe(Object.values(slot.costTerms).reduce((sum, cents) => sum + cents, 0));
  });

  it('counts kilometres there and back, or only the detour', async () => {
    expect((await first()).costTerms['travelKm']).toBe(Math.round(2 * way.km * 60));
    const busy = [{ fromMs: local(23, 9), toMs: local(23, 10) }];
    expect((await first({ busy })).costTerms['travelKm']).toBe(0);
  });

  it('counts the time on the way and the labour', async () => {
    const { costTerms } = await first();
    expect(costTerms['travelTime']).toBe(Math.round(((2 * way.minutes) / 60) * 6000));
    expect(costTerms['labour']).toBe(9000);
  });

  it('counts the expected failure until the day, and so comes early', async () => {
    const waiting = [0, 4].map((day) => ({
      startAt: iso(nowMs + day * dayMs),
      riskCents: day * 100_000,
      wastedLifeCents: 0,
    }));
    const slot = await first({ waiting });
    expect(slot.costTerms['riskOfWaiting']).toBeGreaterThan(0);
    expect(slot.startMs).toBeLessThan(local(24, 0));
  });

  it('counts the life that is thrown away, and so comes late', async () => {
    const waiting = [
      { startAt: iso(nowMs), riskCents: 0, wastedLifeCents: 400_000 },
      { startAt: iso(nowMs + 4 * dayMs), riskCents: 0, wastedLifeCents: 0 },
    ];
    const slot = await first({ waiting });
    expect(slot.startMs).toBeGreaterThan(local(26, 0));
    expect(slot.costTerms['lifeWasted']).toBeLessThan(100_000);
  });

  it('has the breach of a contract as a term of its own, and keeps the contract while that is cheaper', async () => {
    // From tomorrow on the owner's contract is broken.
    const sla = { slaOn: '2026-11-23', slaCents: 50_000 };
    const { slots } = await propose(sla);
    const [today, ...later] = [...slots].sort((a, b) => a.startMs - b.startMs);
    expect(today?.costTerms).not.toHaveProperty('sla');
    expect(later.map(({ costTerms }) => costTerms['sla'])).toEqual([50_000, 50_000]);
    expect(slots[0]).toBe(today);
    for (const { costCents, costTerms } of slots)
      expect(Object.values(costTerms).reduce((sum, cents) => sum + cents, 0)).toBe(costCents);
  });

  it('sends the technician who is cheapest for it', async () => {
    const far = technicianOf({ home: { latitude: 61.9, longitude: 23.9 } });
    expect((await first({ technicians: [far, technician] })).technicianId).toBe(technician.id);
  });
});
