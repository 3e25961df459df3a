import { Slot } from '@kuluma/shared/model/service.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { describe, expect, it } from 'vitest';
import { technicianOf, weekdays } from '../fixtures/records.ts';
import { codesOf, daysOf, local, propose, technician } from './fixtures/propose.ts';

describe('slots of two technicians', () => {
  const trainee = technicianOf({ skills: [{ skill: 'mechanics', level: 1 }], certificates: [] });
  const both = { technicians: [technician, trainee], second: { skills: [] } };

  it('say who comes along, block both days, and cost the way and the work of both', async () => {
    const { slots, reasons } = await propose(both);
    const { slots: alone } = await propose();
    expect(slots.flatMap((slot) => faultsOf(Slot, slot))).toEqual([]);
    expect(slots.map((slot) => [slot.technicianId, slot.second?.technicianId])).toEqual(
      slots.map(() => [technician.id, trainee.id]),
    );
    expect(new Set(daysOf(slots)).size).toBe(3);
    expect(slots[0]?.second).toMatchObject({ busyToMs: slots[0]?.endMs, travelKm: slots[0]?.travelKm });
    expect(slots[0]?.costCents).toBe(2 * (alone[0]?.costCents ?? 0));
    expect(slots[0]?.costTerms).toMatchObject({ labour: 2 * (alone[0]?.costTerms['labour'] ?? 0) });
    // The trainee cannot come alone.
    expect(new Set(reasons.map(({ technicianId }) => technicianId))).toEqual(new Set([trainee.id]));
  });

  it('are where both are free', async () => {
    const window = { fromMs: local(24, 0), toMs: local(24, 23) };
    const away = technicianOf({ ...trainee, working: weekdays('12:00', '16:00') });
    const { slots } = await propose({ ...both, technicians: [technician, away], window });
    expect(slots).toHaveLength(1);
    expect(slots[0]?.startMs).toBeGreaterThanOrEqual(local(24, 12));
  });

  it('are none where nobody comes along, and the second one is the reason', async () => {
    const { slots, reasons } = await propose({ ...both, technicians: [technician] });
    expect(slots).toEqual([]);
    expect(reasons[0]).toEqual({ technicianId: null, onDay: null, code: 'second', facts: {} });
    const senior = { skills: [{ skill: 'hydraulics', level: 3 }] };
    const asked = await propose({ ...both, second: senior });
    expect(asked.slots).toEqual([]);
    expect(asked.reasons[0]).toMatchObject({ code: 'second', facts: { skill: 'hydraulics', level: 3 } });
    // Where the first one cannot come either, the second one is no reason yet.
    expect(codesOf(await propose({ ...both, technicians: [trainee] }))).not.toContain('second');
  });
});
