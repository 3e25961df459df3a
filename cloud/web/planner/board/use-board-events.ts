import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { BoardEventView } from '@kuluma/shared/model/views/board.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { deskHeader } from '../../parts/api-client.ts';
import { listen } from './event-stream.ts';

/**
 * Hears what others change: the board is asked for again at once, and steps are told to `heard`.
 * @returns whether the stream stands; true until the first attempt has failed
 */
export const useBoardEvents = (organisationId: string, heard: (event: BoardEventView) => void): boolean => {
  const queries = useQueryClient();
  const [isLinked, setLinked] = useState(true);
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(() => {
    const ended = new AbortController();
    const refresh = () => void queries.invalidateQueries({ queryKey: [apiPaths.board(organisationId)] });
    const take = (data: string) => {
      latest.current(JSON.parse(data) as BoardEventView);
      refresh();
    };
    const linked = (stands: boolean) => {
      setLinked(stands);
      // What happened while nobody listened is in the board, not in the stream.
      if (stands) refresh();
    };
    void listen(
      apiPaths.boardEvents(organisationId),
      deskHeader(),
      { heard: ({ event, data }) => (event === 'step' || event === 'plan') && take(data), linked },
      ended.signal,
    );
    return () => ended.abort();
  }, [organisationId, queries]);
  return isLinked;
};
