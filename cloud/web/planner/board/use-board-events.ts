import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { BoardEventView } from '@kuluma/shared/model/views/board.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useDeskEvents } from '../shell/desk-events.tsx';

/**
 * Hears what others change: the board is asked for again at once, and steps are told to `heard`.
 * @returns whether the stream stands; true until the first attempt has failed
 */
export const useBoardEvents = (organisationId: string, heard: (event: BoardEventView) => void): boolean => {
  const queries = useQueryClient();
  const { isLinked, subscribe } = useDeskEvents();
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(
    () =>
      subscribe(({ event, data }) => {
        if (event === 'step' || event === 'plan') latest.current(JSON.parse(data) as BoardEventView);
        else if (event !== 'linked') return;
        void queries.invalidateQueries({ queryKey: [apiPaths.board(organisationId)] });
      }),
    [organisationId, queries, subscribe],
  );
  return isLinked;
};
