import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Subject } from '../core/privacy/erasure-plan.ts';
import { answerDays, backupDays } from '../core/privacy/processing-register.ts';
import type { FileStore, Records, RecordTransaction } from '../ports.ts';
import { dropFiles, erasePerson, subjectOf } from './erase-person.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Request = RecordOf<'privacyRequest'>;
type Deps = Pick<PipelineDeps, 'clock' | 'random'>;
type Organisation = Id<'organisation'>;

const actorFor = ({ personId, contactId }: Subject): Actor =>
  personId ? { kind: 'person', personId } : { kind: 'contact', contactId: contactId as Id<'contact'> };

const freshRequest = (
  { clock, random }: Deps,
  organisationId: Organisation,
  subject: Subject,
  fields: Pick<Request, 'kind' | 'state'>,
): Request => ({
  ...freshBase('privacyRequest', { organisationId, createdBy: actorFor(subject), nowMs: clock.now(), random }),
  ...{ ...subject, ...fields, dueAtMs: clock.now() + answerDays * dayMs },
  ...{ decidedBy: null, decidedAtMs: null, reason: null, removed: {}, kept: [], backupsUntilMs: null },
});

/** Keeps that somebody took their data along. */
export const noteAccess = async (
  deps: Deps,
  tx: RecordTransaction,
  organisationId: Organisation,
  subject: Subject,
): Promise<void> =>
  tx.insert('privacyRequest', freshRequest(deps, organisationId, subject, { kind: 'access', state: 'done' }));

/** Somebody's requests, newest first. */
export const requestsOf = (
  reader: Pick<Records, 'list'>,
  organisationId: Organisation,
  { personId, contactId }: Subject,
): Promise<Request[]> =>
  reader.list('privacyRequest', organisationId, {
    where: personId ? { personId } : { contactId: contactId as string },
    newestFirst: true,
  });

/** Somebody asks for their erasure; one who asks again while it is open asks once. */
export const askErasure = async (
  deps: Deps,
  tx: RecordTransaction,
  organisationId: Organisation,
  subject: Subject,
): Promise<void> => {
  const open = (await requestsOf(tx, organisationId, subject)).some(
    ({ kind, state }) => kind === 'erasure' && state === 'open',
  );
  if (open) return;
  await tx.insert('privacyRequest', freshRequest(deps, organisationId, subject, { kind: 'erasure', state: 'open' }));
};

/**
 * A named person's decision on a request for erasure; yes erases in the same transaction.
 * @param refusal why not; null erases.
 * @throws NOT_FOUND, CONFLICT
 */
export const decideErasure = async (
  deps: Deps & { readonly records: Records; readonly files: FileStore },
  run: (work: (tx: RecordTransaction) => Promise<readonly string[]>) => Promise<readonly string[]>,
  of: { readonly organisationId: Organisation; readonly requestId: string; readonly seenVersion: number },
  { personId, refusal }: { readonly personId: Id<'person'>; readonly refusal: string | null },
): Promise<void> => {
  const files = await run(async (tx) => {
    const nowMs = deps.clock.now();
    const request = await tx.get('privacyRequest', of.organisationId, of.requestId);
    if (request?.kind !== 'erasure') throw new AppError('NOT_FOUND', 'there is no such request');
    if (request.state !== 'open' || request.version !== of.seenVersion)
      throw new AppError('CONFLICT', 'the request was decided or changed since', { hint: 'read it again' });
    const decided = { ...request, decidedBy: personId, decidedAtMs: nowMs };
    if (refusal !== null) {
      await tx.update('privacyRequest', { ...decided, state: 'refused', reason: refusal });
      return [];
    }
    const erased = await erasePerson(tx, of.organisationId, subjectOf(request), nowMs);
    await tx.update('privacyRequest', {
      ...{ ...decided, state: 'done', removed: { ...erased.removed }, kept: [...erased.kept] },
      backupsUntilMs: nowMs + backupDays * dayMs,
    });
    return erased.files;
  });
  await dropFiles(deps.records, deps.files, files);
};
