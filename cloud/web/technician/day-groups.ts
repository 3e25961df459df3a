import type { DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';

/** The visits by the day at their site, in the order of their start. Cancelled ones are no work. */
export const dayGroups = (day: Pick<DayView, 'visits'>): { onDay: string; visits: VisitView[] }[] => {
  const groups = new Map<string, VisitView[]>();
  const ordered = day.visits
    .filter((visit) => visit.state !== 'cancelled')
    .sort((a, b) => a.startAt.localeCompare(b.startAt));
  for (const visit of ordered) groups.set(visit.onDay, [...(groups.get(visit.onDay) ?? []), visit]);
  return [...groups].map(([onDay, visits]) => ({ onDay, visits }));
};

/** Noon of a calendar day, UTC: the same day in every zone of Europe. */
export const noonMs = (onDay: string): number => Date.parse(`${onDay}T12:00:00Z`);
