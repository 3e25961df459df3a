import type { ClockView } from '@kuluma/shared/model/views/common.ts';
import { useEffect, useState } from 'react';
import { useClockView } from './queries.ts';

/** Product time at `wallMs`, from an answer received at `receivedAtMs`. Both in epoch ms of this device. */
export const productNowMs = (view: ClockView, receivedAtMs: number, wallMs: number): number =>
  Date.parse(view.nowAt) + (wallMs - receivedAtMs) * view.rate;

export interface ProductClock {
  readonly nowMs: number;
  readonly demo: boolean;
  readonly rate: number;
}

/** Product time, ticking each second; null until the service has told it. */
export const useProductClock = (): ProductClock | null => {
  const { data } = useClockView();
  const [wallMs, setWallMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setWallMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (!data) return null;
  const nowMs = productNowMs(data.view, data.receivedAtMs, Math.max(wallMs, data.receivedAtMs));
  return { nowMs, demo: data.view.demo, rate: data.view.rate };
};
