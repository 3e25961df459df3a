import './board.css';
import './board-bars.css';
import './board-tray.css';
import './board-panels.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { BoardView } from '@kuluma/shared/model/views/board.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useProductClock } from '../../parts/clock.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { BoardDesk } from './board-desk.tsx';
import type { BoardFilter } from './board-entries.ts';
import { type BoardRange, daysOf } from './board-range.ts';
import { boardSearchOf, filterOf, rangeOf, searchFor } from './board-search.ts';
import { dayAfter, instantOf } from './zone-time.ts';

/** The planning board. The service says of which time it is; until then the frame stands. */
export const BoardPlace = () => {
  const words = useWords();
  const me = useReader();
  const clock = useProductClock();
  const navigate = useNavigate();
  const { day, span, depot, skill } = boardSearchOf({ ...useSearch({ from: '/board' }) });
  const nowMs = clock?.nowMs;
  const today = nowMs === undefined ? null : dayKeyOf(nowMs, me.timeZone);
  const range = useMemo(
    () => (today === null ? null : rangeOf({ ...(day && { day }), ...(span && { span }) }, today)),
    [day, span, today],
  );
  const filter = useMemo(() => filterOf({ ...(depot && { depot }), ...(skill && { skill }) }), [depot, skill]);
  // The clock ticks: the board is drawn again for what changes on it only.
  const show = useCallback(
    (nextRange: BoardRange, nextFilter: BoardFilter) => {
      if (today !== null)
        void navigate({ to: '/board', search: searchFor(nextRange, nextFilter, today), replace: true });
    },
    [navigate, today],
  );
  const setRange = useCallback((next: BoardRange) => show(next, filter), [show, filter]);
  const setFilter = useCallback((next: BoardFilter) => range && show(range, next), [show, range]);
  const iso = (day: string) => new Date(instantOf(day, 0, me.timeZone)).toISOString();
  const board = useView<BoardView>(apiPaths.board(me.organisationId), {
    query: range ? { fromAt: iso(range.firstDay), toAt: iso(dayAfter(range.firstDay, daysOf[range.span])) } : {},
    everyMs: calmMs,
    enabled: range !== null,
  });
  if (board.data && range && today !== null)
    return (
      <BoardDesk
        me={me}
        board={board.data}
        range={range}
        setRange={setRange}
        filter={filter}
        setFilter={setFilter}
        today={today}
        isStale={board.error !== null}
      />
    );
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.board')}</h1>
      </div>
      {board.error ? (
        <ProblemNotice error={board.error} onRetry={() => void board.refetch()} />
      ) : (
        <div className="skeleton board-skeleton" aria-label={words.t('loading')} role="status" />
      )}
    </>
  );
};
