import type { CheckAnswer, CheckItem } from '@kuluma/shared/model/checklists.ts';
import { checkFieldOf, type WorkField, workOf } from '@kuluma/shared/model/merged-work.ts';
import type { findingVerdicts } from '@kuluma/shared/model/service.ts';
import type { VisitReportCommand } from '@kuluma/shared/model/views/commands.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { CheckPlace, VisitStep, WorkValue } from '@kuluma/shared/model/visit-work.ts';

export type Verdict = (typeof findingVerdicts)[number];
type Work = ReadonlyMap<string, WorkField>;
export type PartId = VisitView['parts'][number]['partId'];

/** `yes`, `no`, a number or words; empty while nothing is said. */
export interface CheckDraft {
  readonly said: string;
  readonly note: string;
}
export const noCheck: CheckDraft = { said: '', note: '' };

/** What the technician has filled in and not stated yet; the verdict is asked, never assumed. */
export interface VisitDraft {
  readonly verdict: Verdict | null;
  readonly finding: string;
  readonly minutes: number;
  readonly componentReplaced: boolean;
  /** Planned parts and any others. */
  readonly used: Readonly<Record<string, number>>;
  /** Whether what was fetched and not used stays in the van. */
  readonly inVan: Readonly<Record<string, boolean>>;
  /** Of the parts that were used, where one is noted. */
  readonly batches: Readonly<Record<string, string>>;
  /** Answers of checklists by their field, as they were typed. */
  readonly checks: Readonly<Record<string, CheckDraft>>;
  /** Of the owner's person at the site. */
  readonly signer: string;
  readonly strokes: readonly (readonly number[])[];
  /** Why nobody signs; null while somebody is to. */
  readonly unsignedBecause: string | null;
}

type Planned = Pick<VisitView, 'startAt' | 'endAt' | 'action' | 'parts'>;
/** What is asked at the machine. */
type Asked = Pick<VisitView, 'parts' | 'checklists'>;

const plannedDraft = (visit: Planned): VisitDraft => ({
  verdict: null,
  finding: '',
  minutes: Math.max(0, Math.round((Date.parse(visit.endAt) - Date.parse(visit.startAt)) / 60_000)),
  componentReplaced: visit.action === 'replace',
  used: Object.fromEntries(visit.parts.map((part) => [part.partId, part.quantity])),
  inVan: {},
  batches: {},
  checks: {},
  signer: '',
  strokes: [],
  unsignedBecause: null,
});

const saidOf = (answer: CheckAnswer): string =>
  typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : String(answer);

const statedChecks = (work: Work): Record<string, CheckDraft> =>
  Object.fromEntries(
    [...work].flatMap(([field, { value }]) =>
      value.kind === 'check' ? [[field, { said: saidOf(value.answer), note: value.note }]] : [],
    ),
  );

const statedParts = (work: Work) => [...work.values()].flatMap(({ value }) => (value.kind === 'part' ? [value] : []));

/** The answer that was typed; null while it is none of its kind. */
export const answerOf = ({ kind }: Pick<CheckItem, 'kind'>, said: string): CheckAnswer | null => {
  const text = said.trim();
  if (text === '') return null;
  if (kind === 'text') return text;
  if (kind === 'yesNo') return text === 'yes';
  const number = Number(text.replace(',', '.').replace('\u2212', '-'));
  return Number.isFinite(number) ? number : null;
};

const hasPhoto = (work: Work, place: CheckPlace): boolean =>
  [...work.values()].some(
    ({ value }) =>
      value.kind === 'photo' &&
      value.state === 'kept' &&
      value.check?.editionId === place.editionId &&
      value.check.item === place.item,
  );

/** The answers to all checklists; null while one is missing, or the photo that it needs. */
const checksOf = (draft: VisitDraft, work: Work, { checklists = [] }: Asked): WorkValue[] | null => {
  const values: WorkValue[] = [];
  for (const { editionId, items } of checklists)
    for (const [at, item] of items.entries()) {
      const place = { editionId, item: at };
      const { said, note } = draft.checks[checkFieldOf(place)] ?? noCheck;
      const answer = answerOf(item, said);
      if (answer === null || (item.photo && !hasPhoto(work, place))) return null;
      values.push({ kind: 'check', ...place, answer, note: note.trim() });
    }
  return values;
};

/** As stated so far, else as filled in: what a person decided between two phones outweighs what this one kept. */
export const asStated = (draft: VisitDraft, work: Work): VisitDraft => {
  const finding = workOf(work, 'finding', 'finding');
  const signature = workOf(work, 'signature', 'signature');
  return {
    signer: signature?.name ?? draft.signer,
    strokes: signature?.strokes ?? draft.strokes,
    unsignedBecause: workOf(work, 'signature', 'noSignature')?.reason ?? draft.unsignedBecause,
    verdict: finding?.verdict ?? draft.verdict,
    finding: finding?.text ?? draft.finding,
    minutes: workOf(work, 'minutes', 'minutes')?.minutes ?? draft.minutes,
    componentReplaced: workOf(work, 'replaced', 'replaced')?.replaced ?? draft.componentReplaced,
    checks: { ...draft.checks, ...statedChecks(work) },
    used: { ...draft.used, ...Object.fromEntries(statedParts(work).map(({ partId, used }) => [partId, used])) },
    inVan: {
      ...draft.inVan,
      ...Object.fromEntries(statedParts(work).map(({ partId, inVan }) => [partId, inVan ?? false])),
    },
    batches: {
      ...draft.batches,
      ...Object.fromEntries(statedParts(work).map(({ partId, batch }) => [partId, batch ?? ''])),
    },
  };
};

/** As stated so far, else as planned. */
export const freshDraft = (visit: Planned, work: Work): VisitDraft => asStated(plannedDraft(visit), work);

/** What was filled in; for what was not, as a draft of before knew nothing of it, what the visit begins with. */
export const completed = (known: Partial<VisitDraft>, fresh: VisitDraft): VisitDraft => ({ ...fresh, ...known });

/** A verdict of no repair takes its usual consequences with it: nothing replaced, no part used. */
export const withVerdict = (draft: VisitDraft, verdict: Verdict, visit: Planned): VisitDraft => {
  const planned = plannedDraft(visit);
  const repaired = verdict === 'confirmed' || verdict === 'otherFault';
  return {
    ...draft,
    verdict,
    componentReplaced: verdict === 'confirmed' && planned.componentReplaced,
    used: repaired
      ? { ...draft.used, ...planned.used }
      : Object.fromEntries(Object.keys({ ...draft.used, ...planned.used }).map((partId) => [partId, 0])),
  };
};

const leastReason = 3;

/** The signature, or why there is none; null while neither is given. */
const signatureOf = ({ signer, strokes, unsignedBecause }: VisitDraft): WorkValue | null => {
  if (unsignedBecause !== null) {
    const reason = unsignedBecause.trim();
    return reason.length >= leastReason ? { kind: 'noSignature', reason } : null;
  }
  const name = signer.trim();
  return name && strokes.length > 0 ? { kind: 'signature', name, strokes: strokes.map((stroke) => [...stroke]) } : null;
};

/** The planned parts, then the others that were used. */
export const partIdsOf = ({ used }: Pick<VisitDraft, 'used'>, { parts }: Pick<VisitView, 'parts'>): PartId[] => {
  const others = Object.keys(used) as PartId[];
  return [...new Set([...parts.map(({ partId }) => partId), ...others])];
};

/** How many of a part were fetched for the visit and not used; what was in the van anyway is none of them. */
export const spareOf = (
  { used }: Pick<VisitDraft, 'used'>,
  { parts }: Pick<VisitView, 'parts'>,
  partId: PartId,
): number => {
  const of = parts.filter((part) => part.partId === partId);
  const fetched = of.filter(({ from }) => from !== 'van').reduce((sum, { quantity }) => sum + quantity, 0);
  const planned = of.reduce((sum, { quantity }) => sum + quantity, 0);
  return Math.min(fetched, Math.max(0, planned - (used[partId] ?? 0)));
};

const isSpareInVan = (draft: VisitDraft, visit: Pick<VisitView, 'parts'>, partId: PartId): boolean =>
  draft.inVan[partId] === true && spareOf(draft, visit, partId) > 0;

/** The batch of a part that was used, as it is told; nothing where none was noted. */
const batchOf = ({ used, batches }: Pick<VisitDraft, 'used' | 'batches'>, partId: PartId): { batch?: string } => {
  const batch = (batches[partId] ?? '').trim();
  return batch !== '' && (used[partId] ?? 0) > 0 ? { batch } : {};
};

/** What finishing a step states. */
export const valuesOf = (step: VisitStep, draft: VisitDraft, work: Work, visit: Asked): WorkValue[] => {
  const done: WorkValue = { kind: 'step', step, state: 'done', reason: '' };
  if (step === 'find')
    return draft.verdict ? [{ kind: 'finding', verdict: draft.verdict, text: draft.finding.trim() }, done] : [];
  if (step === 'do') {
    const checks = checksOf(draft, work, visit);
    return checks ? [{ kind: 'replaced', replaced: draft.componentReplaced }, ...checks, done] : [];
  }
  if (step === 'parts')
    return [
      ...partIdsOf(draft, visit).map((partId) => ({
        kind: 'part' as const,
        partId,
        used: draft.used[partId] ?? 0,
        ...(isSpareInVan(draft, visit, partId) ? { inVan: true } : {}),
        ...batchOf(draft, partId),
      })),
      done,
    ];
  if (step === 'sign') {
    const signed = signatureOf(draft);
    return signed ? [{ kind: 'minutes', minutes: draft.minutes }, signed, done] : [];
  }
  return [done];
};

type Report = Omit<VisitReportCommand, 'idempotencyKey'>;

/** The report that the statements come to, without its idempotency key; null until it was stated what was found. */
export const reportOf = (draft: VisitDraft, work: Work, visit: Pick<VisitView, 'parts'>): Report | null => {
  const finding = workOf(work, 'finding', 'finding');
  const stated = asStated(draft, work);
  const { minutes, componentReplaced, used } = stated;
  return finding
    ? {
        findingVerdict: finding.verdict,
        finding: finding.text,
        minutes,
        componentReplaced,
        partsUsed: partIdsOf(stated, visit).map((partId) => ({
          partId,
          quantity: used[partId] ?? 0,
          ...batchOf(stated, partId),
        })),
        partsInVan: partIdsOf(stated, visit).filter((partId) => isSpareInVan(stated, visit, partId)),
      }
    : null;
};

/** The report of a visit that ends before its work: a part or a minute that was only planned was not used. */
export const unfinishedReportOf = (
  draft: VisitDraft,
  work: Work,
  visit: Pick<VisitView, 'parts'>,
  { minutes, unfinished }: { readonly minutes: number; readonly unfinished: string },
): Report => ({
  ...(reportOf(draft, work, visit) ?? { findingVerdict: 'notInspected', finding: '' }),
  minutes,
  componentReplaced: false,
  partsUsed: statedParts(work).map(({ partId, used, batch }) => ({
    partId,
    quantity: used,
    ...(batch === undefined ? {} : { batch }),
  })),
  partsInVan: statedParts(work).flatMap(({ partId, inVan }) => (inVan ? [partId] : [])),
  unfinished,
});
