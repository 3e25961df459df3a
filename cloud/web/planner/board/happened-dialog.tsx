import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardView, BoardVisitView } from '@kuluma/shared/model/views/board.ts';
import { Button, Group, Modal, NativeSelect, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { DaySelect } from './day-select.tsx';
import { dayAfter } from './zone-time.ts';

export const happenings = ['cancel', 'endsAt', 'notMet'] as const;
export type Happening = (typeof happenings)[number];

const quarterMs = 15 * minuteMs;
/** A reason says something. */
const leastReason = 3;

interface FormProps {
  readonly title: string;
  readonly note: string;
  readonly children: ReactNode;
  readonly doLabel: string;
  readonly keepLabel: string;
  readonly isReady: boolean;
  readonly onDo: () => void;
  readonly onClose: () => void;
}

/** What happened, what follows from it, and two ways out. */
const HappenedForm = ({ title, note, children, doLabel, keepLabel, isReady, onDo, onClose }: FormProps) => {
  const words = useWords();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onDo();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.t('board.close') }}>
      <form className="board-form" onSubmit={submit}>
        {children}
        <p className="soft">{note}</p>
        <Group justify="flex-end">
          <Button onClick={onClose}>{keepLabel}</Button>
          <Button type="submit" variant="filled" disabled={!isReady}>
            {doLabel}
          </Button>
        </Group>
      </form>
    </Modal>
  );
};

/** Quarters of an hour of one day, as its zone names them. */
const TimeSelect = ({
  label,
  fromMs,
  toMs,
  value,
  timeZone,
  onChange,
}: {
  label: string;
  fromMs: number;
  toMs: number;
  value: number;
  timeZone: string;
  onChange: (atMs: number) => void;
}) => {
  const words = useWords();
  const first = Math.ceil(fromMs / quarterMs) * quarterMs;
  const quarters = Array.from({ length: Math.floor((toMs - first) / quarterMs) + 1 }, (_, i) => first + i * quarterMs);
  const times = [...new Set([...quarters, value])].sort((a, b) => a - b);
  return (
    <NativeSelect
      label={label}
      value={String(value)}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
      data={times.map((ms) => ({ value: String(ms), label: words.time(ms, timeZone) }))}
    />
  );
};

const CancelForm = ({ visit, onDo, onClose }: VisitProps) => {
  const words = useWords();
  const [reason, setReason] = useState('');
  const owner = visit.machine.owner?.name ?? words.t('board.settle.owner');
  return (
    <HappenedForm
      title={words.t('board.happened.title', { what: words.t('board.cancel'), machine: visit.machine.tag })}
      note={words.t('board.cancel.note', { owner })}
      doLabel={words.t('board.cancel')}
      keepLabel={words.t('board.cancel.keep')}
      isReady={reason.trim().length >= leastReason}
      onDo={() => onDo({ kind: 'cancel', visitId: visit.entryId as Id<'visit'>, reason: reason.trim() })}
      onClose={onClose}
    >
      <Textarea
        label={words.t('board.urgent.reason')}
        required
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </HappenedForm>
  );
};

interface VisitProps {
  readonly visit: BoardVisitView;
  readonly timeZone: string;
  readonly onDo: (change: BoardChange) => void;
  readonly onClose: () => void;
}

/** Work may grow by as much as this, and nobody waits longer at a door. */
const longestMs = { endsAt: 10 * hourMs, notMet: 4 * hourMs };

const TimeForm = ({ kind, visit, timeZone, onDo, onClose }: VisitProps & { readonly kind: 'endsAt' | 'notMet' }) => {
  const words = useWords();
  const [startMs, endMs] = [Date.parse(visit.startAt), Date.parse(visit.endAt)];
  const [atMs, setAtMs] = useState(kind === 'endsAt' ? endMs : Math.ceil(startMs / quarterMs) * quarterMs + quarterMs);
  const visitId = visit.entryId as Id<'visit'>;
  const at = new Date(atMs).toISOString();
  return (
    <HappenedForm
      title={words.t('board.happened.title', { what: words.t(`board.${kind}`), machine: visit.machine.tag })}
      note={words.t(`board.${kind}.note`)}
      doLabel={words.t('board.record')}
      keepLabel={words.t('cancel')}
      isReady={kind === 'notMet' || atMs !== endMs}
      onDo={() => onDo(kind === 'endsAt' ? { kind, visitId, endAt: at } : { kind, visitId, leftAt: at })}
      onClose={onClose}
    >
      <TimeSelect
        label={words.t(`board.${kind}.at`)}
        fromMs={startMs + (kind === 'endsAt' ? quarterMs : 0)}
        toMs={startMs + longestMs[kind]}
        value={atMs}
        timeZone={timeZone}
        onChange={setAtMs}
      />
    </HappenedForm>
  );
};

/** Something happened to a visit. */
export const HappenedDialog = ({ happening, ...props }: VisitProps & { readonly happening: Happening }) =>
  happening === 'cancel' ? <CancelForm {...props} /> : <TimeForm kind={happening} {...props} />;

/** Parts that visits of the board count on, by name; what the supplier brings first. */
const partsOf = (board: BoardView, nameOf: (part: BoardVisitView['parts'][number]) => string, locale: string) => {
  const lines = board.visits.flatMap(({ parts }) => parts);
  const awaited = new Set(lines.filter(({ from }) => from === 'supplier').map(({ partId }) => partId));
  const parts = [...new Map(lines.map((part) => [part.partId, part])).values()];
  return parts
    .map((part) => ({ value: part.partId as string, label: nameOf(part), isAwaited: awaited.has(part.partId) }))
    .sort((a, b) => Number(b.isAwaited) - Number(a.isAwaited) || a.label.localeCompare(b.label, locale));
};

/** A part comes later than was thought: visits that count on it are moved only as the planner says. */
export const PartLateDialog = ({
  board,
  today,
  onDo,
  onClose,
}: {
  board: BoardView;
  today: string;
  onDo: (change: BoardChange) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const parts = partsOf(board, ({ number, name }) => `${words.own(name)} ${number}`, words.locale);
  const [partId, setPartId] = useState(parts[0]?.value ?? '');
  const [readyOn, setReadyOn] = useState(dayAfter(today));
  return (
    <HappenedForm
      title={words.t('board.partLate')}
      note={words.t(parts.length > 0 ? 'board.partLate.note' : 'board.partLate.none')}
      doLabel={words.t('board.record')}
      keepLabel={words.t('cancel')}
      isReady={partId !== ''}
      onDo={() => onDo({ kind: 'partLate', partId: partId as Id<'part'>, readyOn })}
      onClose={onClose}
    >
      <NativeSelect
        label={words.t('board.partLate.part')}
        value={partId}
        onChange={(event) => setPartId(event.currentTarget.value)}
        data={parts.map(({ value, label }) => ({ value, label }))}
        disabled={parts.length === 0}
      />
      <DaySelect
        label={words.t('board.partLate.ready')}
        firstOn={dayAfter(today)}
        value={readyOn}
        onChange={setReadyOn}
      />
    </HappenedForm>
  );
};
