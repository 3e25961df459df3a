import { newId } from '@kuluma/shared/model/base.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import type { ServiceVisit } from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { dueBeforeVisit, isReminderDue } from './due.ts';
import { message, nowMs, origin } from './fixtures/messages.ts';

const visitId = newId('visit', origin.random);
const letter = (template: Message['template'], createdAtMs: number, changes: Partial<Message> = {}) =>
  message({ template, visitId, createdAtMs, ...changes });

describe('before a visit', () => {
  const arrivalMs = nowMs + 10 * dayMs;
  const visit = (state: ServiceVisit['state'] = 'booked', arrivalFromMs = arrivalMs) => ({
    ...{ id: visitId, state, createdAtMs: nowMs },
    slot: { arrivalFromMs } as ServiceVisit['slot'],
  });
  const booked = letter('booked', nowMs);
  const day = letter('dayReminder', arrivalMs - 48 * hourMs);

  it('the contact is reminded two days and two hours before, once each', () => {
    expect(dueBeforeVisit(visit(), [booked], arrivalMs - 48 * hourMs - 1)).toBeUndefined();
    expect(dueBeforeVisit(visit(), [booked], arrivalMs - 48 * hourMs)).toBe('dayReminder');
    expect(dueBeforeVisit(visit(), [booked, day], arrivalMs - 47 * hourMs)).toBeUndefined();
    expect(dueBeforeVisit(visit(), [booked, day], arrivalMs - 2 * hourMs)).toBe('hourReminder');
    const hour = letter('hourReminder', arrivalMs - 2 * hourMs);
    expect(dueBeforeVisit(visit(), [booked, day, hour], arrivalMs - hourMs)).toBeUndefined();
    expect(dueBeforeVisit(visit(), [booked], arrivalMs)).toBeUndefined();
  });

  it('nobody is reminded of what they were told a short while ago', () => {
    const changed = letter('changed', arrivalMs - 50 * hourMs);
    expect(dueBeforeVisit(visit(), [booked, changed], arrivalMs - 47 * hourMs)).toBeUndefined();
    expect(dueBeforeVisit(visit(), [booked, changed], arrivalMs - 2 * hourMs)).toBe('hourReminder');
  });

  it('a visit that was moved is reminded of again at its new time', () => {
    const later = visit('booked', arrivalMs + 7 * dayMs);
    expect(dueBeforeVisit(later, [booked, day], arrivalMs + 5 * dayMs)).toBe('dayReminder');
  });

  it('the contact hears once that the technician is on the way, and nothing of a visit that is cancelled', () => {
    expect(dueBeforeVisit(visit('onTheWay'), [booked], arrivalMs)).toBe('onTheWay');
    expect(dueBeforeVisit(visit('onTheWay'), [letter('onTheWay', arrivalMs)], arrivalMs)).toBeUndefined();
    expect(dueBeforeVisit(visit('cancelled'), [booked], arrivalMs - hourMs)).toBeUndefined();
  });
});

describe('an open offer', () => {
  const offer = { state: 'sent', validUntilMs: nowMs + 72 * hourMs } as const;
  const sent = message({ state: 'sent', sentAtMs: nowMs });

  it('is reminded of once, half-way to its end, and never before its letter has left', () => {
    expect(isReminderDue(offer, [sent], nowMs + 36 * hourMs - 1)).toBe(false);
    expect(isReminderDue(offer, [sent], nowMs + 36 * hourMs)).toBe(true);
    expect(isReminderDue(offer, [message()], nowMs + 36 * hourMs)).toBe(false);
    const reminder = message({ template: 'offerReminder', state: 'cancelled' });
    expect(isReminderDue(offer, [sent, reminder], nowMs + 60 * hourMs)).toBe(false);
  });

  it('that was answered, is over or is short is not reminded of', () => {
    expect(isReminderDue({ ...offer, state: 'declined' }, [sent], nowMs + 40 * hourMs)).toBe(false);
    expect(isReminderDue(offer, [sent], offer.validUntilMs)).toBe(false);
    expect(isReminderDue({ ...offer, validUntilMs: nowMs + 20 * hourMs }, [sent], nowMs + 15 * hourMs)).toBe(false);
  });
});
