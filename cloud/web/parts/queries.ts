import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ClockView, MeView } from '@kuluma/shared/model/views/common.ts';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { getJson, ProblemError } from './api-client.ts';

/** How often a page that people wait on asks again; long enough to be cheap, short enough to feel live. */
export const liveMs = 2000;
export const calmMs = 10_000;

/** Retry only what repeating can cure: a lost link or a busy service, never a refusal. */
export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && error instanceof ProblemError && error.ambiguous,
        retryDelay: 1000,
        staleTime: liveMs,
      },
    },
  });

/** What a GET is kept under, and how it is made. */
const viewOf = <View>(path: string, query: Record<string, string> = {}) => ({
  queryKey: [path, query],
  queryFn: ({ signal }: { signal: AbortSignal }) => getJson<View>(path, query, signal),
});

/** One GET, repeated every `everyMs`, and where it is `live` whenever the service tells of a change; keeps showing the last good answer while a later one fails. */
export const useView = <View>(
  path: string,
  options: { query?: Record<string, string>; everyMs?: number; enabled?: boolean; live?: boolean } = {},
) =>
  useQuery<View, ProblemError>({
    ...viewOf<View>(path, options.query),
    refetchInterval: options.everyMs ?? false,
    enabled: options.enabled ?? true,
    meta: { live: options.live ?? false },
    placeholderData: (previous, previousQuery) => (previousQuery?.queryKey[0] === path ? previous : undefined),
  });

/** Asks for a view before anything that shows it is drawn; an answer that says no is asked for again by who needs it. */
export const askView = async <View>(
  queries: QueryClient,
  path: string,
  query: Record<string, string> = {},
): Promise<View | undefined> => {
  const view = viewOf<View>(path, query);
  await queries.prefetchQuery(view);
  return queries.getQueryData<View>(view.queryKey);
};

export const useMe = () => useView<MeView>(apiPaths.me());

export const useClockView = () =>
  useQuery<{ view: ClockView; receivedAtMs: number }, ProblemError>({
    queryKey: [apiPaths.clock()],
    queryFn: async () => ({ view: await getJson<ClockView>(apiPaths.clock()), receivedAtMs: Date.now() }),
    refetchInterval: calmMs,
  });
