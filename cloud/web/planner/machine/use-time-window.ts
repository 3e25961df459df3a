import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type MachineSearch, windowIn } from './machine-search.ts';
import { type Span, type TimeWindow, windowOfSpan } from './time-window.ts';
import { useMachineSearch } from './use-machine-search.ts';

/** How long a window stands still before the address says it. */
const settleMs = 300;
const from = '/machines/$machineId';

/** A window that a gesture went to, and where it went from. */
interface Moved {
  readonly window: TimeWindow;
  /** What the address said then. */
  readonly address: string;
  /** What it will say, where that was ordered already: a move in between goes on. */
  readonly ordered: string | null;
}

const addressOf = ({ span, from, to }: MachineSearch): string => `${span} ${from} ${to}`;
const searchFor = ({ fromMs, toMs }: TimeWindow): MachineSearch => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});

export interface WindowChoice {
  readonly window: TimeWindow;
  /** Where it last stood still: for what need not follow every move. */
  readonly settled: TimeWindow;
  /** The span up to now that is followed; null once the reader has moved away from it. */
  readonly span: Span | null;
  readonly choose: (span: Span) => void;
  readonly move: (window: TimeWindow) => void;
}

/** The window in sight: what the address says, and ahead of it where a gesture goes. */
export const useTimeWindow = (nowMs: number, rulDays: Quantiles | null): WindowChoice => {
  const navigate = useNavigate({ from });
  const search = useMachineSearch();
  const address = addressOf(search);
  const [moved, setMoved] = useState<Moved | null>(null);
  // Once the address says it, or something else than was ordered, what was moved before is past.
  const isAhead =
    moved !== null &&
    addressOf(searchFor(moved.window)) !== address &&
    (moved.address === address || moved.ordered === address);
  const moving = isAhead ? moved.window : null;

  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(() => {
      const next = searchFor(moving);
      setMoved((now) => now && { ...now, address, ordered: addressOf(next) });
      void navigate({
        search: ({ span: _, ...rest }: MachineSearch) => ({ ...rest, ...next }),
        replace: true,
        resetScroll: false,
      });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [moving, address, navigate]);

  const own = windowIn(search);
  const span = search.span ?? 'month';
  const settled = own ?? windowOfSpan(span, nowMs, rulDays);
  return {
    window: moving ?? settled,
    settled,
    span: moving || own ? null : span,
    choose: (chosen) => {
      setMoved(null);
      void navigate({
        search: ({ from: _from, to: _to, ...rest }: MachineSearch) => ({ ...rest, span: chosen }),
        replace: true,
        resetScroll: false,
      });
    },
    move: (window) =>
      setMoved((before) => ({ window, address, ordered: before?.address === address ? before.ordered : null })),
  };
};
