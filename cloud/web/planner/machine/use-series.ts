import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getJson, ProblemError } from '../../parts/api-client.ts';
import { bucketFor, bucketLadderMs, bucketsPerTile, coarsestMs, joinTiles, padded, tilesOver } from './tiles.ts';
import type { TimeWindow } from './time-window.ts';

/** What a chart draws of a point. */
export interface ShownSeries {
  /** Undefined until the first answer. */
  readonly series: SeriesView | undefined;
  /** Whether these are the buckets that the width of the chart asks for. */
  readonly isFine: boolean;
  readonly error: ProblemError | null;
}

interface Asked {
  readonly path: string;
  readonly pointId: string;
  readonly window: TimeWindow;
  /** The whole of what can be gone to, over which the coarse buckets are kept at hand. */
  readonly reach: TimeWindow;
  readonly leastBuckets: number;
  readonly nowMs: number;
}

const keyOf = (path: string, pointId: string, bucketMs: number, fromMs: number) => [path, pointId, bucketMs, fromMs];

/** One tile; the last goes on growing, earlier ones change only where samples come late. */
const tileQuery = ({ path, pointId, nowMs }: Asked, bucketMs: number, fromMs: number) => {
  const buckets = bucketsPerTile(bucketMs);
  const toMs = fromMs + buckets * bucketMs;
  const grows = toMs > nowMs;
  return {
    queryKey: keyOf(path, pointId, bucketMs, fromMs),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      getJson<SeriesView>(
        path,
        {
          pointId,
          fromAt: new Date(fromMs).toISOString(),
          toAt: new Date(toMs).toISOString(),
          buckets: String(buckets),
        },
        signal,
      ),
    staleTime: grows ? minuteMs / 2 : 10 * minuteMs,
    refetchInterval: grows ? minuteMs : (false as const),
    enabled: pointId !== '',
  };
};

/**
 * A point's series over a window: the buckets that the width asks for once all their tiles are there, until then the next
 * wider ones that are, so that zooming and moving never wait. What has gone out of sight is asked for no longer.
 */
export const useSeries = (asked: Asked): ShownSeries => {
  const { path, pointId, window, reach, nowMs } = asked;
  const client = useQueryClient();
  const wantedMs = bucketFor(window, asked.leastBuckets);
  const inSight = tilesOver(window, wantedMs, nowMs);
  const isThere = (at: number) => client.getQueryData(keyOf(path, pointId, wantedMs, at)) !== undefined;
  // What is in sight comes first; what lies beside it and the coarse course of all wait until that is there.
  const isFine = inSight.every(isThere);
  const fine = (isFine ? tilesOver(padded(window), wantedMs, nowMs) : inSight).map((at) => [wantedMs, at] as const);
  const coarse = tilesOver(reach, coarsestMs, nowMs).map((at) => [coarsestMs, at] as const);
  const wanted = wantedMs === coarsestMs ? coarse : isFine ? [...fine, ...coarse] : fine;
  const answers = useQueries({ queries: wanted.map(([bucketMs, at]) => tileQuery(asked, bucketMs, at)) });

  const drawn = (bucketMs: number): SeriesView[] | undefined => {
    const cached = (over: TimeWindow) =>
      tilesOver(over, bucketMs, nowMs).map((at) => client.getQueryData<SeriesView>(keyOf(path, pointId, bucketMs, at)));
    if (cached(window).some((tile) => tile === undefined)) return undefined;
    return cached(bucketMs === coarsestMs ? reach : padded(window)).filter((tile) => tile !== undefined);
  };
  const shownMs = bucketLadderMs.find((bucketMs) => bucketMs >= wantedMs && drawn(bucketMs) !== undefined);
  const tiles = shownMs === undefined ? [] : (drawn(shownMs) ?? []);
  // The tiles are the same objects until one of them is answered anew.
  const identity = tiles.map(({ fromAt }) => `${shownMs} ${fromAt}`).join();
  const answeredAt = answers.reduce((last, { dataUpdatedAt }) => Math.max(last, dataUpdatedAt), 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the tiles hold changes with these two only
  const series = useMemo(() => joinTiles(tiles), [pointId, identity, answeredAt]);
  const failed = answers.find(({ error }) => error)?.error;
  return {
    series: shownMs === undefined ? undefined : series,
    isFine: shownMs === wantedMs,
    error: failed instanceof ProblemError ? failed : null,
  };
};
