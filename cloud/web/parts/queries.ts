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

/** One GET, repeated every `everyMs`, and where it is `live` whenever the service tells of a change; keeps showing the last good answer while a later one fails. */
export const useView = <View>(
  path: string,
  options: { query?: Record<string, string>; everyMs?: number; enabled?: boolean; live?: boolean } = {},
) =>
  useQuery<View, ProblemError>({
    queryKey: [path, options.query ?? {}],
    queryFn: ({ signal }) => getJson<View>(path, options.query, signal),
    refetchInterval: options.everyMs ?? false,
    enabled: options.enabled ?? true,
    meta: { live: options.live ?? false },
    placeholderData: (previous, previousQuery) => (previousQuery?.queryKey[0] === path ? previous : undefined),
  });

/** Asks who is reading before anything is drawn; an answer that says no is asked for again by who needs it. */
export const askMe = (queries: QueryClient): Promise<void> =>
  queries.prefetchQuery({ queryKey: [apiPaths.me(), {}], queryFn: () => getJson<MeView>(apiPaths.me()) });

export const useMe = () => useView<MeView>(apiPaths.me());

export const useClockView = () =>
  useQuery<{ view: ClockView; receivedAtMs: number }, ProblemError>({
    queryKey: [apiPaths.clock()],
    queryFn: async () => ({ view: await getJson<ClockView>(apiPaths.clock()), receivedAtMs: Date.now() }),
    refetchInterval: calmMs,
  });
