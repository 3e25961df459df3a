import type { ConsentEntry } from '@kuluma/shared/model/messages.ts';
import type { Touched } from './world.ts';

export type LedgerDraft = Pick<ConsentEntry, 'contactId' | 'subject' | 'before' | 'after' | 'via' | 'textVersion'>;

/** What a set-up changed of what contacts allow or want, to be kept for ever: they read no words of ours for it. */
export const ledgerOf = (touched: readonly Touched[]): LedgerDraft[] =>
  touched.flatMap((one): LedgerDraft[] => {
    const by = { via: 'setUp', textVersion: null } as const;
    if (one.kind === 'consent') {
      const { before, after } = one;
      const { contactId, messageClass: subject, legalBasis, period } = after;
      const ended = period.toMs !== null;
      const [from, to] = ended ? [before?.legalBasis ?? null, 'no'] : [null, legalBasis];
      return [{ contactId, subject, before: from, after: to, ...by }];
    }
    if (one.kind !== 'messagePreference') return [];
    const { before, after } = one;
    const subject = after.purpose ?? after.messageClass;
    return [{ contactId: after.contactId, subject, before: before?.channel ?? null, after: after.channel, ...by }];
  });
