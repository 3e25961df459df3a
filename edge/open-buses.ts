import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import type { AgentDeps } from './agent.ts';
import type { BusSetup } from './config.ts';
import { wantedPoints } from './core/judge-reading.ts';
import type { SourceDeps } from './ports.ts';

/**
 * The buses with the reads of their devices planned; nothing is connected yet.
 * @throws CONFIG_INVALID with every device that cannot be read in the way that its profile says
 */
export const openBuses = (setups: readonly BusSetup[], deps: SourceDeps): AgentDeps['buses'] => {
  const faults: Fault[] = [];
  const attempt = <T>(path: string, act: () => T): T[] => {
    try {
      return [act()];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
      faults.push({ path, message: error.message, ...(error.hint ? { hint: error.hint } : {}) });
      return [];
    }
  };
  const buses = setups.flatMap(({ name, definition, source: config, devices }, b) =>
    attempt(`/buses/${b}/source`, () => definition.open(config, deps)).map((source) => ({
      name,
      source,
      devices: devices.flatMap(({ points, profile, ...device }, d) =>
        attempt(`/buses/${b}/devices/${d}`, () => ({
          name: device.name,
          scanned: source.device({ ...device, profile, wanted: new Set(Object.keys(points)) }),
          wanted: wantedPoints(profile, points),
          intervalMs: device.scanMs / deps.clock.rate,
        })),
      ),
    })),
  );
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', `the configuration has ${faults.length} faults`, { faults });
  return buses;
};
