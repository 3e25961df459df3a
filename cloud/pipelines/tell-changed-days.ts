import { asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id, type Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ToldVisit } from '@kuluma/shared/model/push.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { PushChannel } from '../channel-ports.ts';
import { dayChanges, dayChangeText, partNewsText, tellAtMs } from '../core/messages/changed-day.ts';
import { type MessageRules, waitMsAfter } from '../core/messages/outbox.ts';
import { comesTo } from '../core/visits/visit.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { endPhone, listeningPhones } from './push-phones.ts';

type Phone = RecordOf<'pushSubscription'>;
type Notice = RecordOf<'pushNotice'>;
type TechnicianId = Id<'technician'>;

export interface TellDeps extends Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'log'> {
  readonly rules: MessageRules;
  readonly push: PushChannel;
  readonly wallNow: () => number;
}

const createdBy = { kind: 'policy', name: 'changed-days' } as const;
/** So long a note is worth showing; a page that is opened shows the day anyway. */
const keepForMs = 12 * hourMs;

/** Visits that a technician is to drive to or is at. */
const planOf = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  technicianId: TechnicianId,
): Promise<ToldVisit[]> => {
  const state = ['booked', 'onTheWay', 'working'];
  const visits = [
    ...(await reader.list('visit', organisationId, { where: { technicianId, state } })),
    ...(await reader.list('visit', organisationId, { where: { secondTechnicianId: technicianId, state } })),
  ];
  return visits.map(({ id, slot: { arrivalFromMs, arrivalToMs } }) => ({ visitId: id, arrivalFromMs, arrivalToMs }));
};

/** What was told without the visits that are done: these left the plan by the technician's own hand. */
const withoutDone = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  technicianId: TechnicianId,
  told: readonly ToldVisit[],
  plan: readonly ToldVisit[],
): Promise<ToldVisit[]> => {
  const planned = new Set(plan.map(({ visitId }) => visitId));
  const kept: ToldVisit[] = [];
  for (const visit of told) {
    const now = planned.has(visit.visitId) ? undefined : await reader.get('visit', organisationId, visit.visitId);
    if (!(now?.state === 'done' && comesTo(now, technicianId))) kept.push(visit);
  }
  return kept;
};

const isSamePlan = (a: readonly ToldVisit[], b: readonly ToldVisit[]): boolean =>
  a.length === b.length && dayChanges(a, b, 0, 'UTC', Number.POSITIVE_INFINITY).length === 0;

/** A technician who begins to listen has their plan before them: they are told of what changes from now on. */
export const knowDay = async (
  deps: Pick<TellDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  { organisationId, technicianId }: Pick<Phone, 'organisationId' | 'technicianId'>,
): Promise<void> => {
  const visits = await planOf(tx, organisationId, technicianId);
  const [day] = await tx.list('toldDay', organisationId, { where: { technicianId } });
  if (day) return void (await tx.update('toldDay', { ...day, visits, changedSinceMs: null }));
  const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
  await tx.insert('toldDay', { ...freshBase('toldDay', origin), technicianId, visits, changedSinceMs: null });
};

/**
 * Compares a technician's plan with what they were told, and queues notes to their phones once it is time. A change that is
 * taken back before is told to nobody.
 */
const compareDay = async (
  deps: TellDeps,
  tx: RecordTransaction,
  technicianId: TechnicianId,
  phones: readonly Phone[],
): Promise<number> => {
  const nowMs = deps.clock.now();
  const [{ organisationId } = { organisationId: undefined }] = phones;
  if (!organisationId) return 0;
  const technician = await tx.get('technician', organisationId, technicianId);
  if (!technician) return 0;
  const { timeZone } = technician.working;
  const origin = { organisationId, createdBy, nowMs, random: deps.random };
  const plan = await planOf(tx, organisationId, technicianId);
  const [day] = await tx.list('toldDay', organisationId, { where: { technicianId } });
  if (!day) return 0;
  const told = await withoutDone(tx, organisationId, technicianId, day.visits, plan);
  const changes = dayChanges(told, plan, nowMs, timeZone);
  if (changes.length === 0) {
    // What changed far ahead, or was taken back, is known from now on.
    if (day.changedSinceMs !== null || !isSamePlan(plan, day.visits))
      await tx.update('toldDay', { ...day, visits: plan, changedSinceMs: null });
    return 0;
  }
  const changedSinceMs = day.changedSinceMs ?? nowMs;
  if (tellAtMs(changes, changedSinceMs, deps.rules, nowMs, timeZone) > nowMs) {
    if (day.changedSinceMs === null) await tx.update('toldDay', { ...day, changedSinceMs });
    return 0;
  }
  await tx.update('toldDay', { ...day, visits: plan, changedSinceMs: null });
  for (const { id: pushSubscriptionId } of phones)
    await tx.insert('pushNotice', {
      ...freshBase('pushNotice', origin),
      ...{ pushSubscriptionId, technicianId, changes, state: 'waiting', notBeforeMs: nowMs },
      ...{ attempts: 0, reason: null, sentAtMs: null },
    });
  return phones.length;
};

/** Nobody is told of a day that is over, on a phone that listens no more. */
const reasonToDrop = (notice: Notice, phone: Phone | undefined, nowMs: number): string | undefined => {
  if (!phone) return 'NOT_LISTENING';
  const isOver = !notice.part && notice.changes.every(({ arrivalToMs }) => arrivalToMs <= nowMs);
  return isOver || nowMs >= notice.createdAtMs + keepForMs ? 'EXPIRED' : undefined;
};

/** The words of a notice, and where on the phone it takes the place of the one before it. */
const noteOf = async (
  records: RecordReader,
  { organisationId, changes, part: news }: Notice,
  language: Language,
  timeZone: string,
): Promise<{ title: string; body: string; topic: string } | undefined> => {
  if (!news) return { ...dayChangeText(changes, language, timeZone), topic: 'day' };
  const request = await records.get('partRequest', organisationId, news.partRequestId);
  const part = request && (await records.get('part', organisationId, request.partId));
  return part && { ...partNewsText(news, { ...request, number: part.number }, language), topic: request.id };
};

const sendOne = async (deps: TellDeps, notice: Notice, phone: Phone): Promise<void> => {
  const { records, clock, push, wallNow } = deps;
  const { organisationId, technicianId, changes, id } = notice;
  const person = await records.get('person', organisationId, phone.personId);
  const technician = await records.get('technician', organisationId, technicianId);
  const attempts = notice.attempts + 1;
  if (!person || !technician) return;
  const { timeZone } = technician.working;
  const nowMs = clock.now();
  // What could not leave in the evening does not ring at night.
  const notBeforeMs = tellAtMs(changes, nowMs, { ...deps.rules, collectMs: 0 }, nowMs, timeZone);
  if (notBeforeMs > nowMs) {
    await records.transact((tx) => tx.update('pushNotice', { ...notice, notBeforeMs }));
    return;
  }
  const { language } = person;
  const { endpoint, p256dh, auth } = phone;
  const note = await noteOf(records, notice, language, timeZone);
  if (!note) return;
  const { topic } = note;
  const text = JSON.stringify({ language, ...note });
  try {
    await push.send({ to: { endpoint, p256dh, auth }, text, topic, keepForMs });
  } catch (error) {
    const { code, retry, message } = asAppError(error);
    deps.log.warn({ noticeId: id, code, reason: message }, 'a phone did not hear of its changed day');
    const failed = { ...notice, attempts, reason: code };
    await records.transact(async (tx) => {
      if (retry !== 'permanent')
        return tx.update('pushNotice', { ...failed, notBeforeMs: clock.now() + waitMsAfter(attempts) });
      await endPhone(tx, phone, wallNow());
      return tx.update('pushNotice', { ...failed, state: 'failed' });
    });
    return;
  }
  // Sent a second time after a power cut, it takes the place of the first on the phone.
  await records.transact((tx) =>
    tx.update('pushNotice', { ...notice, attempts, state: 'sent', reason: null, sentAtMs: clock.now() }),
  );
};

/**
 * Tells technicians by web push that their next days changed: visits that came, moved or are off.
 * @returns how many notes were queued
 */
export const tellChangedDays = async (deps: TellDeps, organisationId: Id<'organisation'>): Promise<number> => {
  const { records, clock, wallNow } = deps;
  const phones = await listeningPhones(records, organisationId, wallNow());
  let queued = 0;
  for (const [technicianId, own] of Map.groupBy(phones, (phone) => phone.technicianId))
    queued += await records.transact((tx) => compareDay(deps, tx, technicianId, own));
  for (const notice of await records.list('pushNotice', organisationId, { where: { state: 'waiting' } })) {
    if (notice.notBeforeMs > clock.now()) continue;
    const phone = phones.find(({ id }) => id === notice.pushSubscriptionId);
    const reason = reasonToDrop(notice, phone, clock.now());
    if (reason) await records.transact((tx) => tx.update('pushNotice', { ...notice, state: 'cancelled', reason }));
    else if (phone) await sendOne(deps, notice, phone);
  }
  return queued;
};
