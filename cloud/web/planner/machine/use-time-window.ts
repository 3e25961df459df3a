import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type MachineSearch, windowIn } from './machine-search.ts';
import { type Span, type TimeWindow, windowOfSpan } from './time-window.ts';
import { useMachineSearch } from './use-machine-search.ts';

/** How long a window stands still before the address says it. */
const settleMs = 300;
const from = '/machines/$machineId';

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
  const address = `${search.span} ${search.from} ${search.to}`;
  const [moved, setMoved] = useState<{ readonly address: string; readonly window: TimeWindow } | null>(null);
  // Once the address says something else, what was moved before is past.
  const moving = moved?.address === address ? moved.window : null;

  useEffect(() => {
    if (!moving) return;
    const { fromMs, toMs } = moving;
    const timer = setTimeout(() => {
      const [fromAt, toAt] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
      void navigate({
        search: ({ span: _, ...rest }: MachineSearch) => ({ ...rest, from: fromAt, to: toAt }),
        replace: true,
        resetScroll: false,
      });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [moving, navigate]);

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
    move: (window) => setMoved({ address, window }),
  };
};
