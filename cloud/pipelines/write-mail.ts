import type { Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import type { Mail } from '../channel-ports.ts';
import type { MessageFacts } from '../core/messages/facts.ts';
import { writeLetter } from '../core/messages/letter.ts';
import { type Lookup, needed } from './lookup.ts';
import { answererOf } from './message-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

export interface MailDeps extends Pick<PipelineDeps, 'clock' | 'log'> {
  /** Where contacts reach the pages, without a slash at its end. */
  readonly publicUrl: string;
  readonly links: LetterLinks;
  /** The report of a visit that is done, as PDF; without it letters have none. */
  readonly printReport?: (lookup: Lookup, visit: RecordOf<'visit'>, language: Language) => Promise<Uint8Array>;
}

/**
 * Secrets for the links of one letter: they are in no store, only their hashes.
 * @param about the one offer, case or contract of a letter: its link opens that and nothing else
 */
export type LetterLinks = (
  contact: RecordOf<'contact'>,
  about: Pick<Message, 'offerId' | 'caseId' | 'contractOfferId'> | undefined,
) => Promise<{ open: string /** Of the pages of wishes and of stopping. */; stop: string }>;

export type Known = { readonly message: Message; readonly facts: MessageFacts };

/** The report of a visit that was told as done. What cannot be printed holds up no letter. */
const reportOf = async (
  { printReport, log }: MailDeps,
  lookup: Lookup,
  { language }: RecordOf<'contact'>,
  { message: { id, visitId }, facts }: Known,
): Promise<Mail['attachments']> => {
  if (facts.template !== 'done' || !printReport) return [];
  const visit = visitId ? await lookup.get('visit', visitId) : undefined;
  if (!visit) return [];
  try {
    const content = await printReport(lookup, visit, language);
    return [{ name: `${facts.machineTag.replace(/[^\p{L}\p{N}-]+/gu, '-')}.pdf`, type: 'application/pdf', content }];
  } catch (error) {
    log.error({ err: error, messageId: id }, 'a report could not be printed: the letter leaves without it');
    return [];
  }
};

/** Where the link of a letter leads: to its one matter, or to all of them. */
const pageOf = (one: Message | undefined): string => {
  if (!one || one.serviceContractId) return '/sign-in/#';
  if (one.contractOfferId) return '/contract/';
  return one.caseId ? '/case/' : '/offer/';
};

/** The letter of one or more messages to a contact, with its links. */
export const mailOf = async (
  deps: MailDeps,
  lookup: Lookup,
  contact: RecordOf<'contact'>,
  known: readonly Known[],
): Promise<Omit<Mail, 'id' | 'to'>> => {
  const { message } = known[0] as Known;
  const { name, phone } = await answererOf(lookup, message);
  const matters = new Set(
    known.map(
      ({ message: { offerId, caseId, contractOfferId, serviceContractId } }) =>
        offerId ?? caseId ?? contractOfferId ?? serviceContractId,
    ),
  );
  const one = matters.size === 1 ? message : undefined;
  const { open, stop } = await deps.links(contact, one);
  const reports = await Promise.all(known.map((told) => reportOf(deps, lookup, contact, told)));
  const stopUrl = `${deps.publicUrl}/stop/${stop}`;
  const letter = writeLetter({
    contactName: contact.name,
    language: contact.language,
    company: needed(await lookup.get('organisation', lookup.organisationId), 'organisation').name,
    person: { name, phone },
    legalBases: [...new Set(known.map((told) => told.message.legalBasis))],
    openUrl: `${deps.publicUrl}${pageOf(one)}${open}`,
    wishesUrl: `${deps.publicUrl}/wishes/${stop}`,
    stopUrl,
    messages: known.map(({ facts }) => facts),
    hasReport: reports.flat().length > 0,
    nowMs: deps.clock.now(),
  });
  return { ...letter, stopUrl, attachments: reports.flatMap((files) => files ?? []) };
};
