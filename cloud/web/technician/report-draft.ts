import type { findingVerdicts } from '@kuluma/shared/model/service.ts';
import type { VisitReportCommand } from '@kuluma/shared/model/views/commands.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';

export type Verdict = (typeof findingVerdicts)[number];

/** What the technician has filled in so far; the verdict is asked, never assumed. */
export interface ReportDraft {
  readonly verdict: Verdict | null;
  readonly finding: string;
  readonly minutes: number;
  readonly componentReplaced: boolean;
  readonly used: Readonly<Record<string, number>>;
}

export const freshDraft = (visit: Pick<VisitView, 'startAt' | 'endAt' | 'action' | 'parts'>): ReportDraft => ({
  verdict: null,
  finding: '',
  minutes: Math.max(0, Math.round((Date.parse(visit.endAt) - Date.parse(visit.startAt)) / 60_000)),
  componentReplaced: visit.action === 'replace',
  used: Object.fromEntries(visit.parts.map((part) => [part.partId, part.quantity])),
});

/** A verdict of no repair takes its usual consequences with it: nothing replaced, no part used. */
export const withVerdict = (draft: ReportDraft, verdict: Verdict, fresh: ReportDraft): ReportDraft => {
  const repaired = verdict === 'confirmed' || verdict === 'otherFault';
  return {
    ...draft,
    verdict,
    componentReplaced: verdict === 'confirmed' && fresh.componentReplaced,
    used: repaired ? fresh.used : Object.fromEntries(Object.keys(fresh.used).map((partId) => [partId, 0])),
  };
};

/** The command without its idempotency key; null until a verdict is chosen. */
export const reportOf = (
  draft: ReportDraft,
  visit: Pick<VisitView, 'parts'>,
): Omit<VisitReportCommand, 'idempotencyKey'> | null =>
  draft.verdict && {
    findingVerdict: draft.verdict,
    finding: draft.finding.trim(),
    minutes: draft.minutes,
    componentReplaced: draft.componentReplaced,
    partsUsed: visit.parts.map((part) => ({ partId: part.partId, quantity: draft.used[part.partId] ?? 0 })),
  };

const prefix = 'kuluma.report.';
const keyOf = (visitId: string) => `${prefix}${visitId}`;

/** A draft outlives the page: a phone that sleeps or dies loses nothing. */
export const savedDraft = (visitId: string): ReportDraft | null => {
  const text = localStorage.getItem(keyOf(visitId));
  return text === null ? null : (JSON.parse(text) as ReportDraft);
};
export const saveDraft = (visitId: string, draft: ReportDraft): void =>
  localStorage.setItem(keyOf(visitId), JSON.stringify(draft));
export const forgetDraft = (visitId: string): void => localStorage.removeItem(keyOf(visitId));
/** Of all visits. */
export const forgetDrafts = (): void => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
};
