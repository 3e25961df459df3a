import type { ContractOffer } from '@kuluma/shared/model/agreements.ts';
import type { Message, MessageTemplate } from '@kuluma/shared/model/messages.ts';
import type { MaintenanceOffer, ServiceVisit } from '@kuluma/shared/model/service.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';

/** What falls due by the clock or by what others did. Each comes once: a message that stands is not made again. */

const reminders = [
  // Who was told of the visit a short while before needs no reminder.
  { template: 'hourReminder', aheadMs: 2 * hourMs, quietMs: 4 * hourMs },
  { template: 'dayReminder', aheadMs: 48 * hourMs, quietMs: 24 * hourMs },
] as const;

/** How long before a visit anything falls due. */
export const mostAheadMs = 48 * hourMs;

type Letter = Pick<Message, 'template' | 'visitId' | 'createdAtMs' | 'state' | 'sentAtMs'>;
type Visit = Pick<ServiceVisit, 'id' | 'state' | 'slot' | 'createdAtMs'>;

/**
 * What the contact of a visit is to be told now: that it comes soon, or that the technician is on the way.
 * @param letters all about its offer
 */
export const dueBeforeVisit = (
  visit: Visit,
  letters: readonly Letter[],
  nowMs: number,
): MessageTemplate | undefined => {
  const told = letters.filter(({ visitId }) => visitId === visit.id);
  if (visit.state === 'onTheWay') return told.some(({ template }) => template === 'onTheWay') ? undefined : 'onTheWay';
  const { arrivalFromMs } = visit.slot;
  if (visit.state !== 'booked' || nowMs >= arrivalFromMs) return undefined;
  const lastToldMs = Math.max(visit.createdAtMs, ...told.map(({ createdAtMs }) => createdAtMs));
  const due = reminders.find(({ aheadMs }) => nowMs >= arrivalFromMs - aheadMs);
  if (!due) return undefined;
  const dueMs = arrivalFromMs - due.aheadMs;
  // A reminder from before its time was of an earlier date of the same visit.
  const isReminded = told.some(({ template, createdAtMs }) => template === due.template && createdAtMs >= dueMs);
  return isReminded || dueMs - lastToldMs < due.quietMs ? undefined : due.template;
};

/** Reminders sooner than so long after the offer would press. */
const leastThinkingMs = 12 * hourMs;

/** What reminds of what. */
const reminderOf = { offer: 'offerReminder', contractOffer: 'contractReminder' } as const;

/**
 * Whether an offer that nobody answered is to be reminded of: once, half-way between its letter and its end. Then silence.
 * @param letters all about the offer
 */
export const isReminderDue = (
  { state, validUntilMs }: Pick<MaintenanceOffer | ContractOffer, 'state' | 'validUntilMs'>,
  letters: readonly Pick<Letter, 'template' | 'sentAtMs'>[],
  nowMs: number,
  of: keyof typeof reminderOf = 'offer',
): boolean => {
  const sentAtMs = letters.find(({ template }) => template === of)?.sentAtMs ?? null;
  if (state !== 'sent' || sentAtMs === null || letters.some(({ template }) => template === reminderOf[of]))
    return false;
  const halfMs = (validUntilMs - sentAtMs) / 2;
  return halfMs >= leastThinkingMs && nowMs >= sentAtMs + halfMs && nowMs < validUntilMs;
};
