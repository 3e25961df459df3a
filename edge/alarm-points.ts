import type { AlarmPoint } from './alarm-watch.ts';
import type { BusSetup } from './config.ts';
import { checksOf } from './core/alarms/alarm-rule.ts';
import type { PollingSetup } from './polling.ts';

/** The points that have alarm rules or a raw signal behind them. `buses` are those that were opened from `setups`. */
export const alarmPoints = (setups: readonly BusSetup[], buses: PollingSetup['buses']): AlarmPoint[] => {
  const rulesOf = new Map(
    setups.flatMap(({ devices }) => devices.map(({ name, alarms = [] }) => [name, alarms] as const)),
  );
  return buses.flatMap(({ devices }) =>
    devices.flatMap((device) =>
      [...device.wanted].flatMap(([name, wanted]) => {
        const checks = (rulesOf.get(device.name) ?? []).filter((rule) => rule.point === name).flatMap(checksOf);
        const scanned = device.scans.map((scan) => scan.scanned).find((s) => s.waveform);
        const waveform = () => scanned?.waveform?.(name);
        return checks.length > 0 || scanned ? [{ device: device.name, name, wanted, checks, waveform }] : [];
      }),
    ),
  );
};
