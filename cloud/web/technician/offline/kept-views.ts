import { apiPaths } from '@kuluma/shared/model/api.ts';
import { hashKey, type QueryClient } from '@tanstack/react-query';
import type { PhoneStore } from './phone-store.ts';

/** What a day without signal needs: who I am, what time it is, my visits. */
const isKept = ([path]: readonly unknown[]): boolean =>
  path === apiPaths.me() || path === apiPaths.clock() || (typeof path === 'string' && path.endsWith('/day'));

/** The page begins with what the phone knows; the service is asked at once, if it can be. */
export const restoreViews = async (queries: QueryClient, store: PhoneStore): Promise<void> => {
  for (const { queryKey, data, atMs } of await store.views()) queries.setQueryData(queryKey, data, { updatedAt: atMs });
};

/** Every answer from now on is kept. */
export const keepViews = (queries: QueryClient, store: PhoneStore): void => {
  queries.getQueryCache().subscribe(({ type, query }) => {
    const { data, status, dataUpdatedAt: atMs } = query.state;
    if (type !== 'updated' || status !== 'success' || !isKept(query.queryKey)) return;
    store.keep({ key: hashKey(query.queryKey), queryKey: query.queryKey, data, atMs }).catch(reportError);
  });
};
