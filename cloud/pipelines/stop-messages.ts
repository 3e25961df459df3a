import type { Random } from '@kuluma/shared/clock.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { Clock, RecordTransaction } from '../ports.ts';

/** Classes that a contact can stop; what concerns safety goes on. */
const stoppable = ['serviceNotice', 'marketingOffer'] as const;

/** The contact wants no more messages: in force before the next one leaves. Saying so again changes nothing. */
export const stopMessages = async (
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  tx: RecordTransaction,
  organisationId: Id<'organisation'>,
  contactId: Id<'contact'>,
): Promise<void> => {
  const nowMs = clock.now();
  const known = await tx.list('messagePreference', organisationId, { where: { contactId } });
  const createdBy = { kind: 'contact', contactId } as const;
  for (const messageClass of stoppable) {
    const one = known.find((preference) => preference.messageClass === messageClass);
    if (!one) {
      const base = freshBase('messagePreference', { organisationId, createdBy, nowMs, random });
      await tx.insert('messagePreference', {
        ...base,
        contactId,
        messageClass,
        channel: 'email',
        stoppedFromMs: nowMs,
      });
    } else if (one.stoppedFromMs === null) await tx.update('messagePreference', { ...one, stoppedFromMs: nowMs });
  }
};
