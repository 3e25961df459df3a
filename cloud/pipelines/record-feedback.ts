import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import { worstRatings } from '@kuluma/shared/model/feedback.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { FeedbackCommand } from '@kuluma/shared/model/views/commands.ts';
import type { RecordTransaction } from '../ports.ts';
import { openCaseFor } from './cases.ts';
import { createLookup, needed } from './lookup.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** What a contact says of the visit of their offer. */
export interface Feedback {
  readonly organisationId: Id<'organisation'>;
  readonly offerId: Id<'offer'>;
  readonly contactId: Id<'contact'>;
  readonly command: FeedbackCommand;
  /** What the case of a bad answer says, in the contact's language. */
  readonly caseText: string;
}

/**
 * Keeps how a contact found a visit that is done; said again, the later word counts. A bad one opens a case, once, for a
 * person to take up.
 * @throws NOT_FOUND without a visit; FORBIDDEN for another contact; CONFLICT before the visit is done
 */
export const recordFeedback = async (
  deps: Pick<PipelineDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  { organisationId, offerId, contactId, command, caseText }: Feedback,
): Promise<void> => {
  const lookup = createLookup(tx, organisationId);
  const offer = await lookup.get('offer', offerId);
  const visit = (await lookup.by('visit', 'offerId', offerId)).at(-1);
  if (!offer || !visit) throw new AppError('NOT_FOUND', 'there is no such visit');
  if (offer.contactId !== contactId) throw new AppError('FORBIDDEN', 'another contact was asked');
  if (visit.state !== 'done') throw new AppError('CONFLICT', 'the visit is not done yet');
  const by = { kind: 'contact', contactId } as const;
  const [before] = await lookup.by('visitFeedback', 'visitId', visit.id);
  if (before && command.answer === 'ease') await tx.update('visitFeedback', { ...before, ease: command.rating });
  else if (before) await tx.update('visitFeedback', { ...before, satisfaction: command.rating });
  else if (command.answer === 'ease') throw new AppError('CONFLICT', 'first comes how the visit went');
  else
    await tx.insert('visitFeedback', {
      ...freshBase('visitFeedback', { organisationId, createdBy: by, nowMs: deps.clock.now(), random: deps.random }),
      ...{ visitId: visit.id, contactId, satisfaction: command.rating, ease: null },
    });
  if (command.rating <= worstRatings) await openOnce(deps, tx, { organisationId, visit, offer, caseText });
};

const openOnce = async (
  deps: Pick<PipelineDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  of: {
    organisationId: Id<'organisation'>;
    visit: RecordOf<'visit'>;
    offer: RecordOf<'offer'>;
    caseText: string;
  },
): Promise<void> => {
  const { organisationId, visit, offer, caseText: text } = of;
  if ((await tx.list('case', organisationId, { where: { visitId: visit.id }, limit: 1 })).length > 0) return;
  const contact = needed(await tx.get('contact', organisationId, offer.contactId), 'contact');
  const speaker = { organisationId, by: { kind: 'contact', contactId: contact.id } } as const;
  await openCaseFor(deps, tx, speaker, {
    ...{ origin: 'feedback', urgency: 'disturbed', machineId: visit.machineId, visitId: visit.id },
    ...{ language: contact.language, contact, text },
  });
};
