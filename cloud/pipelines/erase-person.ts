import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServiceDesk } from '@kuluma/shared/model/parties.ts';
import type { KeptKind } from '@kuluma/shared/model/privacy.ts';
import { sameAddress } from '../core/access/people.ts';
import { runsAt } from '../core/offers/legal-basis.ts';
import { emptiedContact, emptiedPerson, erasurePlan, type Found, type Subject } from '../core/privacy/erasure-plan.ts';
import { fileKinds, filesIn } from '../core/privacy/personal-kinds.ts';
import type { PersonalKind } from '../core/privacy/processing-register.ts';
import { stands } from '../core/set-up/missing.ts';
import type { FileStore, RecordReader, Records, RecordTransaction } from '../ports.ts';
import { needed } from './lookup.ts';
import { idsOf, personalRecordsOf } from './personal-data.ts';

type Organisation = Id<'organisation'>;

export interface Erased {
  readonly removed: Readonly<Record<string, number>>;
  readonly kept: readonly KeptKind[];
  /** Content of files whose records went; they go once the transaction stands. */
  readonly files: readonly string[];
}

/** By what answers of commands tell of somebody: ids, and the name, address and number that they may repeat. */
const textsOf = async (
  tx: RecordTransaction,
  organisationId: Organisation,
  subject: Subject,
): Promise<readonly string[]> => {
  const self =
    subject.contactId !== null
      ? await tx.get('contact', organisationId, subject.contactId)
      : await tx.get('person', organisationId, subject.personId);
  const said = self ? [self.name, self.email, self.phone].filter((text) => text.length >= shortestText) : [];
  return [...(await idsOf(tx, organisationId, subject)), ...said];
};
/** Shorter ones stand in anything. */
const shortestText = 4;

const openCasesOf = async (
  tx: RecordTransaction,
  organisationId: Organisation,
  found: Found,
): Promise<ReadonlySet<string>> => {
  const open = new Set<string>();
  for (const records of found.values())
    for (const record of records) {
      const caseId = 'caseId' in record ? record.caseId : record.id.startsWith('cas_') ? record.id : undefined;
      if (!caseId || open.has(caseId)) continue;
      if ((await tx.get('case', organisationId, caseId))?.state === 'open') open.add(caseId);
    }
  return open;
};

const emptyContact = async (
  tx: RecordTransaction,
  organisationId: Organisation,
  contactId: Id<'contact'>,
  nowMs: number,
): Promise<number> => {
  for (const consent of await tx.list('consent', organisationId, { where: { contactId } }))
    if (runsAt(consent.period, nowMs))
      await tx.update('consent', { ...consent, period: { ...consent.period, toMs: nowMs } });
  // What they wrote beside a no is theirs; that they said no stays.
  for (const offer of await tx.list('offer', organisationId, { where: { contactId } }))
    if (offer.declineReason !== null) await tx.update('offer', { ...offer, declineReason: null });
  for (const offer of await tx.naming('contractOffer', organisationId, [contactId]))
    if (offer.contactId === contactId && offer.declineReason !== null)
      await tx.update('contractOffer', { ...offer, declineReason: null });
  const contact = await tx.get('contact', organisationId, contactId);
  if (!contact || contact.erasedAtMs !== undefined) return 0;
  await tx.update('contact', emptiedContact(contact, nowMs));
  return 1;
};

const isDeskOf = (desk: ServiceDesk, { name, email, phone }: RecordOf<'person'>): boolean =>
  desk.name === name || sameAddress(desk.email, email) || (phone !== '' && desk.phone === phone);

const emptyPerson = async (
  tx: RecordTransaction,
  organisationId: Organisation,
  personId: Id<'person'>,
  nowMs: number,
): Promise<number> => {
  const person = await tx.get('person', organisationId, personId);
  if (!person || person.erasedAtMs !== undefined) return 0;
  for (const technician of await tx.list('technician', organisationId, { where: { personId } })) {
    if (stands(technician))
      throw new AppError('CONFLICT', 'this technician still has a place in the plan', {
        hint: 'end the technician in the set-up first, once their visits have somebody else',
      });
    // Where a day began is where they live.
    const depot = await tx.get('depot', organisationId, technician.depotId);
    if (depot) await tx.update('technician', { ...technician, home: depot.location });
  }
  const others = (await tx.list('person', organisationId)).filter(({ id }) => id !== personId);
  if (person.roles.includes('admin') && !others.some(({ roles }) => roles.includes('admin')))
    throw new AppError('CONFLICT', 'nobody else is an administrator', { hint: 'make somebody else one first' });
  // Who answers owners is told on every page of theirs: by name.
  const { serviceDesk, ...organisation } = needed(
    await tx.get('organisation', organisationId, organisationId),
    'organisation',
  );
  if (serviceDesk && isDeskOf(serviceDesk, person)) await tx.update('organisation', organisation);
  await tx.update('person', emptiedPerson(person, nowMs));
  return 1;
};

const filesOf = (found: Found, remove: ReadonlyMap<PersonalKind, readonly string[]>): string[] =>
  [...found].flatMap(([kind, records]) =>
    records.filter(({ id }) => remove.get(kind)?.includes(id) === true).flatMap(filesIn),
  );

/**
 * Erases somebody from the records (GDPR Article 17): what is personal goes or is emptied, what has to stay stays for a
 * reason. Done again it removes what came or became due since.
 * @throws CONFLICT for a technician with a place in the plan, and for the last administrator
 */
export const erasePerson = async (
  tx: RecordTransaction,
  organisationId: Organisation,
  subject: Subject,
  nowMs: number,
): Promise<Erased> => {
  const found = await personalRecordsOf(tx, organisationId, subject);
  await tx.eraseAnswers(organisationId, await textsOf(tx, organisationId, subject));
  const openCases = await openCasesOf(tx, organisationId, found);
  const { remove, kept } = erasurePlan(found, subject, { openCases, nowMs });
  const emptied =
    subject.contactId !== null
      ? await emptyContact(tx, organisationId, subject.contactId, nowMs)
      : await emptyPerson(tx, organisationId, subject.personId, nowMs);
  const removed: Record<string, number> = emptied > 0 ? { [subject.contactId ? 'contact' : 'person']: emptied } : {};
  for (const [kind, ids] of remove) removed[kind] = await tx.erase(kind, organisationId, ids);
  return { removed, kept, files: filesOf(found, remove) };
};

/** Removes files that no record of any organisation names any more: the same picture may be another's too. */
export const dropFiles = async (
  records: Pick<Records, 'organisationIds'> & RecordReader,
  files: Pick<FileStore, 'remove'>,
  hashes: readonly string[],
): Promise<void> => {
  const organisationIds = hashes.length > 0 ? await records.organisationIds() : [];
  for (const sha256 of new Set(hashes)) {
    let isNamed = false;
    for (const organisationId of organisationIds)
      for (const kind of fileKinds) isNamed ||= (await records.naming(kind, organisationId, [sha256])).length > 0;
    if (!isNamed) await files.remove(sha256);
  }
};

/**
 * Erases again whomever was erased, so that what had to stay for a time goes in its time.
 * @returns how many were removed, by kind.
 */
export const eraseDue = async (
  deps: {
    readonly records: Records;
    readonly clock: { now(): number };
    readonly files: Pick<FileStore, 'remove'>;
  },
  organisationId: Organisation,
): Promise<Readonly<Record<string, number>>> => {
  const { records, clock, files } = deps;
  const sum: Record<string, number> = {};
  const done = await records.list('privacyRequest', organisationId, { where: { state: 'done' } });
  for (const request of done.filter(({ kind }) => kind === 'erasure')) {
    const subject = subjectOf(request);
    const erased = await records.transact((tx) => erasePerson(tx, organisationId, subject, clock.now()));
    for (const [kind, count] of Object.entries(erased.removed)) sum[kind] = (sum[kind] ?? 0) + count;
    await dropFiles(records, files, erased.files);
  }
  return sum;
};

/** Whom a request is about. */
export const subjectOf = ({
  personId,
  contactId,
}: Pick<RecordOf<'privacyRequest'>, 'personId' | 'contactId'>): Subject => {
  if (personId) return { personId, contactId: null };
  if (contactId) return { personId: null, contactId };
  throw new AppError('INTERNAL', 'a request for privacy is about nobody');
};
