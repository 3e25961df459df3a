import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { type Found, isTheirs, type Subject, subjectIdOf } from '../core/privacy/erasure-plan.ts';
import { filesIn, personalKinds, pseudonymousKinds } from '../core/privacy/personal-kinds.ts';
import { type PersonalKind, type Processing, processingRegister } from '../core/privacy/processing-register.ts';
import type { FileStore, RecordReader } from '../ports.ts';

type Organisation = Id<'organisation'>;

/** The ids by which records name somebody: their own, and as a technician. */
export const idsOf = async (
  reader: RecordReader,
  organisationId: Organisation,
  subject: Subject,
): Promise<readonly string[]> => {
  const { personId } = subject;
  const technicians = personId ? await reader.list('technician', organisationId, { where: { personId } }) : [];
  return [subjectIdOf(subject), ...technicians.map(({ id }) => id)];
};

/** Matters and visits that are a contact's, by which their words and signatures are found. */
const carriersOf = async (reader: RecordReader, organisationId: Organisation, { contactId }: Subject) => {
  if (!contactId) return { caseId: [], visitId: [] };
  const cases = await reader.naming('case', organisationId, [contactId]);
  const offers = await reader.list('offer', organisationId, { where: { contactId } });
  const offerId = offers.map(({ id }) => id);
  const visits = offers.length === 0 ? [] : await reader.list('visit', organisationId, { where: { offerId } });
  return {
    caseId: cases.filter((one) => one.contactId === contactId).map(({ id }) => id as string),
    visitId: visits.map(({ id }) => id as string),
  };
};

/** All records of personal kinds that are somebody's, by the register: a new kind is found by itself. */
export const personalRecordsOf = async (
  reader: RecordReader,
  organisationId: Organisation,
  subject: Subject,
): Promise<Found> => {
  const ids = await idsOf(reader, organisationId, subject);
  const carriers = await carriersOf(reader, organisationId, subject);
  const found = new Map<PersonalKind, RecordOf<PersonalKind>[]>();
  for (const kind of personalKinds) {
    const { through }: Processing = processingRegister[kind];
    const carried = through ? carriers[through] : [];
    const named: RecordOf<PersonalKind>[] = await reader.naming(kind, organisationId, [...ids, ...carried]);
    const own = named.filter((record) => isTheirs(kind, record, subject, ids));
    if (own.length > 0) found.set(kind, own);
  }
  return found;
};

/** What opens a way in is told to nobody, not even as a hash or sealed. */
const secrets = ['secretHash', 'sealed', 'recoveryHashes'];
const withoutSecrets = (record: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !secrets.includes(name)));

/** How long it is kept, for a person to read. */
const keptText = ({ retention }: Processing): string =>
  retention ? `${retention.days} days after ${retention.since}` : 'as long as you deal with us, or until you ask';

export interface PersonalFile {
  readonly format: 'kuluma-personal-data/1';
  readonly madeAt: string;
  readonly controller: string;
  readonly about: string;
  /** What is processed of people like them: what for, on what basis, how long, handed to whom (GDPR Article 15(1)). */
  readonly processing: readonly Readonly<Record<string, string>>[];
  readonly rights: string;
  /** By kind. */
  readonly personal: Readonly<Record<string, readonly unknown[]>>;
  /** What refers to them by random ids, by kind. */
  readonly pseudonymous: Readonly<Record<string, readonly unknown[]>>;
  /** What a contact sent along, in base 64 by its SHA-256. Photos of the work of staff are in the reports of visits. */
  readonly files: Readonly<Record<string, string>>;
}

const rights =
  'You may have wrong data corrected (GDPR Article 16), data erased (17) or their use limited (18), take them along in ' +
  'this form (20), object to their use (21), withdraw a consent at any time (7(3)), and complain to the supervisory ' +
  'authority (77); in Finland the Data Protection Ombudsman, tietosuoja.fi.';

/** Everything personal of somebody in one document (GDPR Articles 15 and 20). */
export const personalFileOf = async (
  reader: RecordReader,
  files: Pick<FileStore, 'get'>,
  organisationId: Organisation,
  subject: Subject,
  nowMs: number,
): Promise<PersonalFile> => {
  const found = await personalRecordsOf(reader, organisationId, subject);
  const ids = await idsOf(reader, organisationId, subject);
  const pseudonymous: Record<string, readonly unknown[]> = {};
  for (const kind of pseudonymousKinds) {
    const naming: RecordOf<RecordKind>[] = await reader.naming(kind, organisationId, ids);
    if (naming.length > 0) pseudonymous[kind] = naming;
  }
  const sent: Record<string, string> = {};
  for (const sha256 of subject.contactId ? [...found.values()].flat().flatMap(filesIn) : [])
    sent[sha256] ??= Buffer.from(await files.get(sha256)).toString('base64');
  const side = subject.personId ? 'staff' : 'contacts';
  const register: [string, Processing][] = Object.entries(processingRegister);
  return {
    ...{ format: 'kuluma-personal-data/1', madeAt: isoOf(nowMs), about: subjectIdOf(subject), rights },
    controller: (await reader.get('organisation', organisationId, organisationId))?.name ?? '',
    processing: register
      .filter(([kind, { whose }]) => whose.includes(side) || found.has(kind as PersonalKind))
      .map(([kind, of]) => ({
        ...{ kind, purpose: of.purpose, legalBasis: of.basis, kept: keptText(of) },
        recipients: of.recipients ?? 'nobody outside the service company',
      })),
    personal: Object.fromEntries([...found].map(([kind, records]) => [kind, records.map(withoutSecrets)])),
    pseudonymous,
    files: sent,
  };
};
