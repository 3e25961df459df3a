import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { hashKey, type QueryClient } from '@tanstack/react-query';
import type { PhoneStore } from './phone-store.ts';

/** What is told of one visit and asked for by itself: the visit's id; null for any other view. */
const visitIdOf = ([path]: readonly unknown[]): string | null =>
  (typeof path === 'string' && /\/visits\/(\w+)\/(?:past-cases|documents)$/.exec(path)?.[1]) || null;

const isDay = ([path]: readonly unknown[]): boolean => typeof path === 'string' && path.endsWith('/day');

/** What a day without signal needs: who I am, what time it is, my visits, what others found at visits like them and what is written of their machines. */
const isKept = (key: readonly unknown[]): boolean =>
  key[0] === apiPaths.me() || key[0] === apiPaths.clock() || isDay(key) || visitIdOf(key) !== null;

/**
 * The page begins with what the phone knows; the service is asked at once, if it can be. What was kept for a visit goes
 * with the visit.
 */
export const restoreViews = async (queries: QueryClient, store: PhoneStore): Promise<void> => {
  const views = await store.views();
  const days = views.filter(({ queryKey }) => isDay(queryKey)).map(({ data }) => data as DayView);
  const shown = new Set<string>(days.flatMap(({ visits }) => visits.map(({ visitId }) => visitId)));
  for (const { key, queryKey, data, atMs } of views) {
    const visitId = visitIdOf(queryKey);
    if (visitId !== null && !shown.has(visitId)) await store.forget(key);
    else queries.setQueryData(queryKey, data, { updatedAt: atMs });
  }
};

/** Every answer from now on is kept. */
export const keepViews = (queries: QueryClient, store: PhoneStore): void => {
  queries.getQueryCache().subscribe(({ type, query }) => {
    const { data, status, dataUpdatedAt: atMs } = query.state;
    if (type !== 'updated' || status !== 'success' || !isKept(query.queryKey)) return;
    store.keep({ key: hashKey(query.queryKey), queryKey: query.queryKey, data, atMs }).catch(reportError);
  });
};
