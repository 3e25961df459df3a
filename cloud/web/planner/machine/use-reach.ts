import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useMemo } from 'react';
import { reachOf, type TimeWindow } from './time-window.ts';

/** All of a machine's time that its time line can go to. */
export const useReach = (machine: MachineView, nowMs: number, rulDays: Quantiles | null): TimeWindow => {
  const firstMs = Date.parse(machine.events[0]?.at ?? '') || nowMs;
  return useMemo(() => reachOf(nowMs, firstMs, rulDays), [nowMs, firstMs, rulDays]);
};
