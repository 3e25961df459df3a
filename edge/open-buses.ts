import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import type { BusSetup, DeviceSetup } from './config.ts';
import { wantedPoints } from './core/judge-reading.ts';
import type { PollingSetup } from './polling.ts';
import type { SourceDeps } from './ports.ts';

/** The points of a device that come due together. */
const scanGroups = ({ scanMs, scanClassMs, points, profile }: DeviceSetup) => {
  const groups = new Map<number, Set<string>>();
  for (const { name, scanClass } of profile.points) {
    if (!(name in points)) continue;
    const intervalMs = (scanClass === undefined ? undefined : scanClassMs?.[scanClass]) ?? scanMs;
    groups.set(intervalMs, (groups.get(intervalMs) ?? new Set()).add(name));
  }
  return [...groups].map(([intervalMs, wanted]) => ({ intervalMs, wanted }));
};

/**
 * The buses with the reads of their devices planned; nothing is connected yet.
 * @throws CONFIG_INVALID with every device that cannot be read in the way that its profile says
 */
export const openBuses = (setups: readonly BusSetup[], deps: SourceDeps): PollingSetup['buses'] => {
  const faults: Fault[] = [];
  const attempt = <T>(path: string, act: () => T): T[] => {
    try {
      return [act()];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
      const { message, hint } = error;
      const inner = error.faults.map((fault) => ({ ...fault, path: `${path}: ${fault.path}` }));
      faults.push(...(inner.length > 0 ? inner : [{ path, message, ...(hint ? { hint } : {}) }]));
      return [];
    }
  };
  const buses = setups.flatMap(({ name, definition, source: config, devices }, b) =>
    attempt(`/buses/${b}/source`, () => definition.open(config, deps)).map((source) => ({
      name,
      source,
      devices: devices.flatMap((device, d) =>
        attempt(`/buses/${b}/devices/${d}`, () => ({
          name: device.name,
          scans: scanGroups(device).map(({ intervalMs, wanted }, g, groups) => ({
            scanned: source.device({ ...device, wanted }),
            intervalMs: intervalMs / deps.clock.rate,
            // Devices of one bus, their groups, and buses beside each other: each comes due at a moment of its own.
            phase: (d + (g + b / setups.length) / groups.length) / devices.length,
          })),
          wanted: wantedPoints(device.profile, device.points),
        })),
      ),
    })),
  );
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', `the configuration has ${faults.length} faults`, { faults });
  return buses;
};
