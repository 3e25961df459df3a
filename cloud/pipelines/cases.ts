import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { closeCase, openCase, type Said, sayInCase } from '../core/cases/case.ts';
import { phoneNumberOf } from '../core/messages/channel.ts';
import { stands } from '../core/set-up/missing.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { ownerIdOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { queueCaseAnswer } from './queue-message.ts';

type Deps = Pick<PipelineDeps, 'clock' | 'random'>;
type Contact = RecordOf<'contact'>;

/** Somebody who speaks in cases of an organisation. */
export interface Speaker {
  readonly organisationId: Id<'organisation'>;
  readonly by: Actor;
}

const originOf = ({ clock, random }: Deps, { organisationId, by }: Speaker) => ({
  organisationId,
  createdBy: by,
  nowMs: clock.now(),
  random,
});

/** What a case is opened about. */
export interface Matter extends Pick<RecordOf<'case'>, 'origin' | 'urgency' | 'machineId' | 'language'> {
  readonly contact?: Contact | undefined;
  readonly visitId?: Id<'visit'>;
  readonly reachAt?: string;
  readonly text: string;
  readonly photo?: Said['photo'];
}

/** Opens a case for an owner; the machine is noted as theirs as it is now. */
export const openCaseFor = async (
  deps: Deps,
  tx: RecordTransaction,
  speaker: Speaker,
  { contact, text, photo, visitId, reachAt, ...about }: Matter,
): Promise<RecordOf<'case'>> => {
  const origin = originOf(deps, speaker);
  const lookup = createLookup(tx, speaker.organisationId);
  const ownerId =
    contact?.ownerId ?? (about.machineId && (await ownerIdOf(lookup, about.machineId, origin.nowMs))) ?? null;
  const { subject, message } = openCase(
    { ...about, ownerId, contactId: contact?.id ?? null, visitId: visitId ?? null, reachAt: reachAt ?? null },
    { voice: 'owner', text, photo },
    origin,
  );
  await tx.insert('case', subject);
  await tx.insert('caseMessage', message);
  return subject;
};

const theCase = async (tx: RecordTransaction, organisationId: string, caseId: string): Promise<RecordOf<'case'>> => {
  const subject = await tx.get('case', organisationId, caseId);
  if (!subject) throw new AppError('NOT_FOUND', 'there is no such case');
  return subject;
};

/** Says something in a case that the speaker may see. @throws NOT_FOUND */
export const say = async (
  deps: Deps,
  tx: RecordTransaction,
  speaker: Speaker,
  { caseId, ...said }: Said & { readonly caseId: Id<'case'> },
): Promise<void> => {
  const subject = await theCase(tx, speaker.organisationId, caseId);
  const origin = originOf(deps, speaker);
  const step = sayInCase(subject, said, origin);
  await tx.insert('caseMessage', step.message);
  await tx.update('case', step.subject);
  if (said.voice !== 'owner') await queueCaseAnswer(tx, origin, subject);
};

/** @throws NOT_FOUND; CONFLICT when something was said since, or it is closed */
export const endCase = async (
  { clock }: Pick<Deps, 'clock'>,
  tx: RecordTransaction,
  organisationId: Id<'organisation'>,
  { caseId, seenVersion }: { readonly caseId: Id<'case'>; readonly seenVersion: number },
): Promise<void> => {
  const subject = await theCase(tx, organisationId, caseId);
  if (subject.version !== seenVersion)
    throw new AppError('CONFLICT', 'something was said since you looked', { hint: 'read it, then close' });
  await tx.update('case', closeCase(subject, clock.now()));
};

/** The photo that came with something that was said in a case. @throws NOT_FOUND */
export const photoInCase = async (
  lookup: Lookup,
  caseId: string,
  photoId: string,
): Promise<NonNullable<RecordOf<'caseMessage'>['photo']>> => {
  const message = await lookup.get('caseMessage', photoId);
  if (message?.caseId !== caseId || !message.photo) throw new AppError('NOT_FOUND', 'there is no such photo');
  return message.photo;
};

/** The contact of the owner of a machine whose address or number this is, if it is one's. */
export const contactReachedAt = async (
  tx: RecordTransaction,
  { organisationId, machineId, nowMs }: { organisationId: Id<'organisation'>; machineId: string; nowMs: number },
  { reachAt, homeCountry }: { readonly reachAt: string; readonly homeCountry: string },
): Promise<Contact | undefined> => {
  const lookup = createLookup(tx, organisationId);
  const ownerId = await ownerIdOf(lookup, machineId, nowMs);
  const contacts = ownerId ? (await lookup.by('contact', 'ownerId', ownerId)).filter(stands) : [];
  const number = phoneNumberOf(reachAt, homeCountry);
  const address = reachAt.trim().toLowerCase();
  return contacts.find(
    ({ email, phone }) =>
      (email !== '' && email.toLowerCase() === address) ||
      (number !== undefined && phoneNumberOf(phone, homeCountry) === number),
  );
};
