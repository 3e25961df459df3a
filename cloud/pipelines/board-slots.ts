import type { Random } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { BoardPlan } from '../core/planning/live/board-plan.ts';
import { standingOf } from '../core/planning/live/board-quotes.ts';
import { slotRecord } from '../core/planning/proposal/slot-record.ts';
import type { RecordTransaction } from '../ports.ts';

type Hold = RecordOf<'slotHold'>;

/** How a visit is done where the plan has it. @throws CONFLICT for one that it leaves out */
export const slotIn = (plan: BoardPlan, visit: string, site: RecordOf<'site'>, random: Random): Slot => {
  const quote = standingOf(plan, plan.numberOf(visit) ?? -1);
  if (!quote) throw new AppError('CONFLICT', 'the plan has no place for this work any more', { hint: 'look again' });
  const { placed, terms, second } = quote;
  const cost = Object.values(terms).reduce((sum, euros) => sum + euros, 0) - (second?.cost ?? 0);
  return slotRecord(plan, placed, { access: site.access, cost, random, visitId: visit, second });
};

/** Gives the times of holds as they are now; those that were theirs are free for each other first. */
export const holdAnew = async (tx: RecordTransaction, holds: readonly Hold[]): Promise<void> => {
  for (const hold of holds) await tx.vacate(hold);
  for (const hold of holds) if (hold.state !== 'released') await tx.occupy(hold);
};
