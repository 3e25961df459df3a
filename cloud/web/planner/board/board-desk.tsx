import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { BoardEventView, BoardStepView, BoardView } from '@kuluma/shared/model/views/board.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { useMediaQuery } from '@mantine/hooks';
import { memo, useMemo, useRef, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useWidth } from '../../parts/use-width.ts';
import { BoardDialogs, type OpenDialog } from './board-dialogs.tsx';
import { type BoardEntry, type BoardFilter, entriesOf, rowsOf } from './board-entries.ts';
import { BoardGrid, type PressCard } from './board-grid.tsx';
import { type BoardRange, daysOf, rangeAround } from './board-range.ts';
import { CopyPanel } from './copy-panel.tsx';
import { DayLists } from './day-lists.tsx';
import { EntryDetails, type Subject } from './entry-details.tsx';
import { headWidth } from './geometry.ts';
import { createMoveStore } from './move-store.ts';
import { ActNotice, OthersNotice, StaleBanner } from './notices.tsx';
import { StatusLine } from './status-line.tsx';
import { createTimeScale } from './time-scale.ts';
import { Toolbar } from './toolbar.tsx';
import { UnplannedTray } from './unplanned-tray.tsx';
import { useBoardActs } from './use-board-acts.ts';
import { useBoardEvents } from './use-board-events.ts';
import { useBoardKeys } from './use-board-keys.ts';
import { useFocusAfter } from './use-focus-after.ts';
import { useMoves } from './use-moves.ts';
import { dayAfter, instantOf } from './zone-time.ts';

const scrollbarWidth = 16;

/** Below these an hour says too little: the board then scrolls sideways. */
const leastPxPerHour = { day: 48, week: 15, twoWeeks: 15 } as const;

/** The board at work: toolbar, notices, rows with their panel, and the tray. */
export const BoardDesk = memo(
  ({
    me,
    board,
    range,
    setRange,
    filter,
    setFilter,
    today,
    isStale,
  }: {
    me: MeView;
    board: BoardView;
    range: BoardRange;
    setRange: (range: BoardRange) => void;
    filter: BoardFilter;
    setFilter: (filter: BoardFilter) => void;
    today: string;
    isStale: boolean;
  }) => {
    const words = useWords();
    const { organisationId } = me;
    const [openId, setOpenId] = useState<string | null>(null);
    const [focusId, setFocusId] = useState<string | null>(null);
    const [dialog, setDialog] = useState<OpenDialog | null>(null);
    const [heard, setHeard] = useState<{ step: BoardStepView; stopped: boolean } | null>(null);
    const [store] = useState(createMoveStore);
    const [mainBox, width] = useWidth<HTMLDivElement>();
    const pressCard = useRef<PressCard | null>(null);
    const isNarrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });

    const acts = useBoardActs(organisationId, board);
    const isLinked = useBoardEvents(organisationId, ({ step }: BoardEventView) => {
      if (!step || step.personName === me.name) return;
      const state = store.state();
      const stopped = state.kind === 'moving' && step.touches.includes(state.entryId);
      if (stopped) store.dispatch({ kind: 'cancel' });
      setHeard({ step, stopped });
    });
    const isGone = isStale || !isLinked;
    const canChange = !isGone && !acts.busy;

    const entries = useMemo(() => entriesOf(board, acts.copy), [board, acts.copy]);
    const shown = useMemo(() => withinRange(entries, range, board.timeZone), [entries, range, board.timeZone]);
    const rows = useMemo(() => rowsOf(board, shown, filter, words.locale), [board, shown, filter, words.locale]);
    const subjects = useMemo(() => subjectsOf(board, entries), [board, entries]);
    const scale = useMemo(
      () =>
        createTimeScale({
          firstDay: range.firstDay,
          days: daysOf[range.span],
          spans: [...rows.flatMap(({ working }) => working), ...shown],
          timeZone: board.timeZone,
          room: Math.max(240, width - headWidth - scrollbarWidth),
          leastPxPerHour: leastPxPerHour[range.span],
        }),
      [range, rows, shown, board.timeZone, width],
    );
    /** What is opened from a list may stand outside of the time shown. */
    const openFromList = (entryId: string) => {
      const entry = subjects.get(entryId)?.entry;
      if (entry && !shown.includes(entry)) setRange(rangeAround(dayKeyOf(entry.fromMs, board.timeZone), range.span));
      setOpenId(entryId);
    };
    const moves = useMoves({ organisationId, board, subjects, store, acts, canChange, ask: setDialog });
    const openMove = (entryId: string) => setDialog({ kind: 'move', entryId });
    const subject = openId === null ? undefined : subjects.get(openId);
    const focused = focusId === null ? null : (subjects.get(focusId)?.entry ?? null);
    const atHand = subjects.get(focusId ?? openId ?? '')?.work?.window ?? null;
    const canMove = (id: string) => moves.canMove(id);
    useFocusAfter(dialog !== null);
    useBoardKeys({
      store,
      isIdle: canChange,
      technicianIds: rows.map(({ technician }) => technician.technicianId),
      drop: moves.drop,
      moveTo: () => focusId !== null && canMove(focusId) && openMove(focusId),
      pin: () => focused?.visit && moves.pin(focused.entryId, !focused.visit.pinned),
      undo: acts.undo,
      redo: acts.redo,
      close: () => setOpenId(null),
    });

    const replan = () => void acts.tryOut([], true);
    const gridActs = {
      open: setOpenId,
      openTechnician: (technicianId: string) => setDialog({ kind: 'ill', technicianId }),
      focus: setFocusId,
      pickUp: moves.pickUp,
      drop: moves.drop,
    };
    const panel = subject ? (
      <EntryDetails
        key={subject.entryId}
        organisationId={organisationId}
        board={board}
        subject={subject}
        canChange={canChange}
        canMove={canMove(subject.entryId)}
        acts={{
          close: () => setOpenId(null),
          moveTo: () => openMove(subject.entryId),
          pin: (pinned) => moves.pin(subject.entryId, pinned),
          happened: (happening, visit) => setDialog({ kind: 'happened', happening, visit }),
          moveHere: (place) =>
            moves.settle({
              entryId: subject.entryId,
              mark: board.mark,
              place: {
                technicianId: place.technicianId,
                startMs: Date.parse(place.startAt),
                differenceCents: place.difference.costCents,
              },
            }),
        }}
      />
    ) : acts.copy || acts.progress !== null ? (
      <CopyPanel
        copy={acts.copy}
        board={board}
        progress={acts.progress}
        isIdle={canChange}
        acts={{
          stop: acts.stopRepair,
          improve: replan,
          refuse: acts.drop,
          accept: (confirmed) => void acts.take(confirmed),
          open: openFromList,
        }}
      />
    ) : null;
    return (
      <div className="board" data-copy={acts.copy !== null || undefined}>
        <Toolbar
          board={board}
          today={today}
          range={range}
          setRange={setRange}
          filter={filter}
          setFilter={setFilter}
          isIdle={canChange}
          copy={acts.copy}
          acts={{
            undo: acts.undo,
            redo: acts.redo,
            replan,
            tryOut: () => void acts.tryOut([], false),
            ill: () => setDialog({ kind: 'ill', technicianId: null }),
            urgent: () => setDialog({ kind: 'urgent' }),
            partLate: () => setDialog({ kind: 'partLate' }),
          }}
        />
        <div>
          {isGone && <StaleBanner board={board} />}
          {acts.problem && (
            <ActNotice
              problem={acts.problem}
              board={board}
              onTry={(change) => void acts.tryOut([change], true)}
              onClose={acts.forget}
            />
          )}
          {heard && (
            <OthersNotice step={heard.step} board={board} stoppedMove={heard.stopped} onClose={() => setHeard(null)} />
          )}
          {!isNarrow && (
            <StatusLine
              store={store}
              scale={scale}
              focused={focused}
              nameOf={moves.nameOf}
              technicianName={moves.technicianName}
            />
          )}
        </div>
        <div className="board-main" ref={mainBox}>
          {isNarrow ? (
            <DayLists rows={rows} timeZone={board.timeZone} onOpen={setOpenId} />
          ) : (
            <BoardGrid
              rows={rows}
              scale={scale}
              store={store}
              openId={openId}
              wear={atHand}
              nameOf={moves.nameOf}
              lengthOf={moves.lengthOf}
              acts={gridActs}
              pressCard={pressCard}
            />
          )}
          {panel}
        </div>
        <UnplannedTray
          works={board.unplanned}
          timeZone={board.timeZone}
          openId={openId}
          onPress={(event, entryId) => canChange && pressCard.current?.(event, entryId)}
          onOpen={setOpenId}
        />
        {dialog && (
          <BoardDialogs
            dialog={dialog}
            organisationId={organisationId}
            board={board}
            today={today}
            copyId={acts.copy?.copyId}
            nameOf={moves.nameOf}
            onChoose={moves.settle}
            onSettled={moves.confirm}
            onTry={(change) => void acts.tryOut([change], true)}
            onDo={(change) => void acts.change(change, false)}
            onClose={() => setDialog(null)}
          />
        )}
      </div>
    );
  },
);

const withinRange = (
  entries: readonly BoardEntry[],
  { firstDay, span }: BoardRange,
  timeZone: string,
): BoardEntry[] => {
  const fromMs = instantOf(firstDay, 0, timeZone);
  const toMs = instantOf(dayAfter(firstDay, daysOf[span]), 0, timeZone);
  return entries.filter((entry) => entry.toMs > fromMs && entry.fromMs < toMs);
};

/** Everything that a panel can be about, by its id on the board. */
const subjectsOf = (board: BoardView, entries: ReturnType<typeof entriesOf>): Map<string, Subject> =>
  new Map<string, Subject>([
    ...board.unplanned.map((work) => [work.entryId, { entryId: work.entryId, entry: null, work }] as const),
    ...entries.map((entry) => [entry.entryId, { entryId: entry.entryId, entry, work: entry.work }] as const),
  ]);
