import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { CaseRow, CaseView } from '@kuluma/shared/model/views/case.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { byNeed } from '../../core/cases/case.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { machineHeadOf } from './machine-head.ts';

type Case = RecordOf<'case'>;
type CaseMessage = RecordOf<'caseMessage'>;

const nameOf = async (lookup: Lookup, { createdBy }: Pick<CaseMessage, 'createdBy'>): Promise<string | null> => {
  if (createdBy.kind === 'policy') return null;
  const who =
    createdBy.kind === 'person'
      ? await lookup.get('person', createdBy.personId)
      : await lookup.get('contact', createdBy.contactId);
  return who?.name ?? null;
};

const rowOf = async (lookup: Lookup, subject: Case, last: CaseMessage | undefined): Promise<CaseRow> => {
  const { id, version, origin, urgency, state, turn, machineId, contactId, createdAtMs, lastAtMs } = subject;
  return {
    caseId: id,
    ...{ version, origin, urgency, state, turn },
    machine: machineId ? await machineHeadOf(lookup, machineId, createdAtMs) : null,
    personName: (contactId && (await lookup.get('contact', contactId))?.name) ?? null,
    openedAt: isoOf(createdAtMs),
    lastAt: isoOf(lastAtMs),
    lastText: last?.text ?? '',
  };
};

/** Cases, what waits for the company first. */
export const caseRowsOf = async (lookup: Lookup, cases: readonly Case[]): Promise<CaseRow[]> => {
  const last = new Map((await lookup.newestOfEach('caseMessage', 'caseId')).map((one) => [one.caseId, one]));
  return Promise.all(cases.toSorted(byNeed).map((subject) => rowOf(lookup, subject, last.get(subject.id))));
};

const messagesOf = (lookup: Lookup, messages: readonly CaseMessage[]): Promise<CaseView['messages']> =>
  Promise.all(
    messages.map(async (message) => ({
      voice: message.voice,
      personName: await nameOf(lookup, message),
      text: message.text,
      at: isoOf(message.createdAtMs),
      ...(message.photo && { photoId: message.id }),
    })),
  );

/** What a technician reads at the machine: the open matters of its owner. */
export const machineCasesOf = async (lookup: Lookup, machineId: string): Promise<NonNullable<VisitView['cases']>> => {
  const open = (await lookup.by('case', 'machineId', machineId)).filter(({ state }) => state === 'open');
  return Promise.all(
    open.toSorted(byNeed).map(async ({ id, urgency }) => ({
      caseId: id,
      urgency,
      messages: await messagesOf(lookup, await lookup.by('caseMessage', 'caseId', id)),
    })),
  );
};

/** A case with all that was said in it. */
export const caseViewOf = async (lookup: Lookup, subject: Case): Promise<CaseView> => {
  const messages = await lookup.by('caseMessage', 'caseId', subject.id);
  const contact = subject.contactId && (await lookup.get('contact', subject.contactId));
  const ways = [subject.reachAt ?? '', ...(contact ? [contact.phone, contact.email] : [])];
  return {
    ...(await rowOf(lookup, subject, messages.at(-1))),
    reachAt: [...new Set(ways.filter((way) => way !== ''))],
    language: subject.language,
    messages: await messagesOf(lookup, messages),
  };
};
