import './time-tools.css';
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import type { KeyBinding } from '../../parts/keys.ts';
import { useWords } from '../../parts/language.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { anchorOf, panned, type Span, spanDays, type TimeWindow, zoomed } from './time-window.ts';
import type { WindowChoice } from './use-time-window.ts';

const spans = Object.keys(spanDays) as Span[];
const zoomFactor = 2;
const panShare = 0.25;

const moves = {
  later: { key: 'ArrowRight', Icon: IconChevronRight },
  earlier: { key: 'ArrowLeft', Icon: IconChevronLeft },
  zoomIn: { key: '+', Icon: IconZoomIn },
  zoomOut: { key: '-', Icon: IconZoomOut },
} as const;
type Move = keyof typeof moves;
const shown: readonly Move[] = ['zoomOut', 'zoomIn', 'earlier', 'later'];

const movedBy = (move: Move, window: TimeWindow, nowMs: number, reach: TimeWindow): TimeWindow => {
  if (move === 'earlier') return panned(window, -panShare, reach);
  if (move === 'later') return panned(window, panShare, reach);
  return zoomed(window, move === 'zoomIn' ? 1 / zoomFactor : zoomFactor, anchorOf(window, nowMs), reach);
};

/** Spans, zoom and steps by button and by key: all that wheel, drag and pinch can do. */
export const TimeTools = ({ choice, nowMs, reach }: { choice: WindowChoice; nowMs: number; reach: TimeWindow }) => {
  const words = useWords();
  const go = (move: Move) => choice.move(movedBy(move, choice.window, nowMs, reach));
  useKeys(
    (Object.keys(moves) as Move[]).map(
      (move): KeyBinding => ({ key: moves[move].key, does: `timeLine.${move}`, act: () => go(move) }),
    ),
  );
  return (
    <div className="time-tools">
      <fieldset className="spans">
        <legend className="visually-hidden">{words.t('chart.span')}</legend>
        {spans.map((span) => (
          <button type="button" key={span} aria-pressed={span === choice.span} onClick={() => choice.choose(span)}>
            {words.t(`timeLine.span.${span}`)}
          </button>
        ))}
      </fieldset>
      <div className="time-moves">
        {shown.map((move) => {
          const { Icon } = moves[move];
          const label = words.t(`timeLine.${move}`);
          return (
            <ActionIcon key={move} className="time-move" aria-label={label} title={label} onClick={() => go(move)}>
              <Icon size={18} aria-hidden="true" />
            </ActionIcon>
          );
        })}
      </div>
    </div>
  );
};
