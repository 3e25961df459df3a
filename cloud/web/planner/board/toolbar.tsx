import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { BoardCopyView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { ActionIcon, Button, Menu, NativeSelect, SegmentedControl } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCalendarOff,
  IconChevronDown,
  IconChevronLeft,
  IconChevronRight,
  IconCopy,
  IconFirstAidKit,
  IconPackage,
  IconRefresh,
} from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { dayWeekText } from '../../parts/sentences.ts';
import type { BoardFilter } from './board-entries.ts';
import { type BoardRange, boardSpans, daysOf, rangeAround, stepped } from './board-range.ts';
import { namesOf, stepText } from './board-sentences.ts';
import { dayAfter, instantOf } from './zone-time.ts';

export interface ToolbarActs {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly replan: () => void;
  readonly tryOut: () => void;
  readonly ill: () => void;
  readonly urgent: () => void;
  readonly partLate: () => void;
}

export const Toolbar = ({
  board,
  today,
  range,
  setRange,
  filter,
  setFilter,
  acts,
  isIdle,
  copy,
}: {
  board: BoardView;
  today: string;
  range: BoardRange;
  setRange: (range: BoardRange) => void;
  filter: BoardFilter;
  setFilter: (filter: BoardFilter) => void;
  acts: ToolbarActs;
  /** Nothing is on its way and the service answers. */
  isIdle: boolean;
  copy: BoardCopyView | null;
}) => {
  const words = useWords();
  const names = namesOf(board);
  const inCopy = copy !== null;
  const canUndo = inCopy ? copy.canUndo : board.undo !== null;
  const planUndo = board.undo ? stepText(words, board.undo, names, board.timeZone) : words.t('board.undo.none');
  const undoText = inCopy ? words.t(canUndo ? 'board.undo.inCopy' : 'board.undo.none') : planUndo;
  const redoText = board.redo ? stepText(words, board.redo, names, board.timeZone) : words.t('board.redo.none');
  return (
    <div className="board-toolbar">
      <h1>{words.t('place.board')}</h1>
      <RangeControl range={range} setRange={setRange} today={today} timeZone={board.timeZone} />
      <Filters board={board} filter={filter} setFilter={setFilter} />
      <div className="board-acts">
        <ActionIcon
          aria-label={words.t('board.undo', { step: undoText })}
          title={words.t('board.undo', { step: undoText })}
          disabled={!canUndo || !isIdle}
          onClick={acts.undo}
        >
          <IconArrowBackUp size={18} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon
          aria-label={words.t('board.redo', { step: redoText })}
          title={words.t('board.redo', { step: redoText })}
          disabled={!board.redo || !isIdle || inCopy}
          onClick={acts.redo}
        >
          <IconArrowForwardUp size={18} aria-hidden="true" />
        </ActionIcon>
        <Button leftSection={<IconFirstAidKit size={16} aria-hidden="true" />} onClick={acts.urgent} disabled={!isIdle}>
          {words.t('board.urgent')}
        </Button>
        <Menu position="bottom-end" withinPortal={false}>
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={16} aria-hidden="true" />} disabled={!isIdle}>
              {words.t('board.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCalendarOff size={16} aria-hidden="true" />} onClick={acts.ill}>
              {words.t('board.ill')}
            </Menu.Item>
            <Menu.Item leftSection={<IconPackage size={16} aria-hidden="true" />} onClick={acts.partLate}>
              {words.t('board.partLate')}
            </Menu.Item>
            <Menu.Item leftSection={<IconRefresh size={16} aria-hidden="true" />} onClick={acts.replan}>
              {words.t('board.replan')}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} aria-hidden="true" />} onClick={acts.tryOut} disabled={inCopy}>
              {words.t('board.whatIf')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
};

const RangeControl = ({
  range,
  setRange,
  today,
  timeZone,
}: {
  range: BoardRange;
  setRange: (range: BoardRange) => void;
  today: string;
  timeZone: string;
}) => {
  const words = useWords();
  const noonMs = (day: string) => instantOf(day, 720, timeZone);
  const fromMs = noonMs(range.firstDay);
  const lastMs = noonMs(dayAfter(range.firstDay, daysOf[range.span] - 1));
  const [first, last] = [isoWeekOf(fromMs, timeZone), isoWeekOf(lastMs, timeZone)];
  const week = first === last ? first : `${first}–${last}`;
  const title =
    range.span === 'day'
      ? dayWeekText(words, fromMs, timeZone)
      : words.t('time.dayWeek', { day: words.dayRange(fromMs, lastMs, timeZone), week });
  return (
    <div className="board-range">
      <ActionIcon aria-label={words.t('board.earlier')} onClick={() => setRange(stepped(range, -1))}>
        <IconChevronLeft size={18} aria-hidden="true" />
      </ActionIcon>
      <Button onClick={() => setRange(rangeAround(today, range.span))}>{words.t('board.today')}</Button>
      <ActionIcon aria-label={words.t('board.later')} onClick={() => setRange(stepped(range, 1))}>
        <IconChevronRight size={18} aria-hidden="true" />
      </ActionIcon>
      <p className="board-title" aria-live="polite">
        {title}
      </p>
      <SegmentedControl
        aria-label={words.t('board.span')}
        value={range.span}
        onChange={(value) => {
          const span = boardSpans.find((known) => known === value);
          if (span) setRange(rangeAround(span === 'day' && today > range.firstDay ? today : range.firstDay, span));
        }}
        data={boardSpans.map((value) => ({ value, label: words.t(`board.span.${value}`) }))}
      />
    </div>
  );
};

const Filters = ({
  board,
  filter,
  setFilter,
}: {
  board: BoardView;
  filter: BoardFilter;
  setFilter: (filter: BoardFilter) => void;
}) => {
  const words = useWords();
  const depots = new Map(board.technicians.map(({ depotId, depotName }) => [depotId as string, depotName]));
  const skills = [...new Set(board.technicians.flatMap((one) => one.skills.map(({ skill }) => skill)))];
  const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label, words.locale);
  return (
    <div className="board-filters">
      <NativeSelect
        aria-label={words.t('board.depot')}
        value={filter.depotId ?? ''}
        onChange={(event) => setFilter({ ...filter, depotId: event.currentTarget.value || null })}
        data={[
          { value: '', label: words.t('board.allDepots') },
          ...[...depots].map(([value, label]) => ({ value, label })).sort(byLabel),
        ]}
      />
      <NativeSelect
        aria-label={words.t('board.skill')}
        value={filter.skill ?? ''}
        onChange={(event) => setFilter({ ...filter, skill: event.currentTarget.value || null })}
        data={[
          { value: '', label: words.t('board.allSkills') },
          ...skills.map((value) => ({ value, label: words.coded('skill', value, readableName(value)) })).sort(byLabel),
        ]}
      />
    </div>
  );
};
