import type { PriceTotal } from '@kuluma/shared/model/money.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';

const teamAt = ({ technicianId, startMs, second }: Pick<Slot, 'technicianId' | 'startMs' | 'second'>): string =>
  `${technicianId}${second ? `+${second.technicianId}` : ''}@${startMs}`;

/**
 * What an approval stands for: who would come when, and what the owner would pay. Two plans with the same mark are the
 * same offer, so a person who approves one that they saw never sends another.
 */
export const planMark = (
  slots: readonly Pick<Slot, 'technicianId' | 'startMs' | 'second'>[],
  total: PriceTotal,
): string => [total.grossCents, ...slots.map(teamAt)].join(' ');
