import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { OwnPrivacyView, PrivacyRequestRow } from '@kuluma/shared/model/views/privacy.ts';
import { type Subject, subjectIdOf } from '../../core/privacy/erasure-plan.ts';
import { processingRegister } from '../../core/privacy/processing-register.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { personalRecordsOf } from '../../pipelines/personal-data.ts';
import { requestsOf } from '../../pipelines/privacy-requests.ts';
import type { RecordReader } from '../../ports.ts';

type Request = RecordOf<'privacyRequest'>;

const atOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));

const shownOf = (request: Request): OwnPrivacyView['requests'][number] => ({
  ...{ kind: request.kind, state: request.state, reason: request.reason, removed: request.removed },
  askedAt: isoOf(request.createdAtMs),
  dueAt: isoOf(request.dueAtMs),
  decidedAt: atOrNull(request.decidedAtMs),
  kept: request.kept.map(({ untilMs, ...kept }) => ({ ...kept, untilAt: atOrNull(untilMs) })),
  backupsUntilAt: atOrNull(request.backupsUntilMs),
});

/** What is kept of the reader, and what they asked. */
export const ownPrivacyOf = async (
  reader: RecordReader,
  organisationId: Request['organisationId'],
  subject: Subject,
): Promise<OwnPrivacyView> => {
  const found = await personalRecordsOf(reader, organisationId, subject);
  return {
    held: [...found].map(([kind, { length: count }]) => ({ kind, count, purpose: processingRegister[kind].purpose })),
    requests: (await requestsOf(reader, organisationId, subject)).map(shownOf),
  };
};

const openMatters = async (lookup: Lookup, { contactId }: Request) => {
  if (contactId === null) return { openOffers: 0, comingVisits: 0, openCases: 0 };
  const offers = await lookup.by('offer', 'contactId', contactId);
  let comingVisits = 0;
  for (const { id } of offers)
    for (const { state } of await lookup.by('visit', 'offerId', id))
      comingVisits += state === 'done' || state === 'cancelled' ? 0 : 1;
  const cases = await lookup.by('case', 'state', 'open');
  return {
    openOffers: offers.filter(({ state }) => state === 'sent').length,
    comingVisits,
    openCases: cases.filter((one) => one.contactId === contactId).length,
  };
};

const rowOf = async (lookup: Lookup, request: Request): Promise<PrivacyRequestRow> => {
  const { personId, contactId, decidedBy } = request;
  const contact = contactId === null ? undefined : await lookup.get('contact', contactId);
  const person = personId === null ? undefined : await lookup.get('person', personId);
  const owner = contact && (await lookup.get('owner', contact.ownerId));
  const decider = decidedBy === null ? undefined : await lookup.get('person', decidedBy);
  return {
    ...shownOf(request),
    ...{ requestId: request.id, version: request.version, whose: personId === null ? 'contact' : 'staff' },
    ...{ name: (contact ?? person)?.name ?? '', ownerName: owner?.name ?? null },
    ...(await openMatters(lookup, request)),
    decidedByName: decider?.name ?? null,
  };
};

/** Requests for erasure, those that wait first, then the newest. */
export const privacyRequestRows = async (
  reader: RecordReader,
  organisationId: Request['organisationId'],
): Promise<PrivacyRequestRow[]> => {
  const lookup = createLookup(reader, organisationId);
  const all = (await lookup.list('privacyRequest', { newestFirst: true })).filter(({ kind }) => kind === 'erasure');
  const rank = ({ state }: Request): number => (state === 'open' ? 0 : 1);
  return Promise.all(all.sort((a, b) => rank(a) - rank(b)).map((request) => rowOf(lookup, request)));
};

/** The name of the file that somebody takes along. */
export const personalFileName = (subject: Subject): string => `${subjectIdOf(subject)}.json`;
