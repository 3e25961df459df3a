import type { Id } from '@kuluma/shared/model/base.ts';

type PointId = Id<'measurementPoint'>;

/** A device as one configuration has it. */
export interface ConfiguredDevice {
  readonly name: string;
  readonly pointIds: readonly PointId[];
  readonly scanMs: number;
}

/**
 * The devices of a new configuration that have to give a good sample in its probation: those with a point of a device that
 * did well before. Points tell, not names: a device may be renamed, and a point left out on purpose is not missed.
 */
export const devicesToProve = (
  next: readonly ConfiguredDevice[],
  before: readonly ConfiguredDevice[],
  wasWell: ReadonlySet<string>,
): ConfiguredDevice[] => {
  const givers = new Set(before.flatMap(({ name, pointIds }) => (wasWell.has(name) ? pointIds : [])));
  return next.filter(({ pointIds }) => pointIds.some((id) => givers.has(id)));
};

/** Names of those that gave none of their points. */
export const silentOf = (toProve: readonly ConfiguredDevice[], given: ReadonlySet<PointId>): string[] =>
  toProve.flatMap(({ name, pointIds }) => (pointIds.some((id) => given.has(id)) ? [] : [name]));

/** Scans that even the slowest device gets: one may fall to a reconnection, one to a time-out. */
const leastScans = 3;

/** Wall ms: long enough for the slowest device of the new configuration. @param rate of the product clock */
export const probationMsOf = (leastMs: number, devices: readonly ConfiguredDevice[], rate: number): number =>
  Math.max(leastMs, (leastScans * Math.max(0, ...devices.map(({ scanMs }) => scanMs))) / rate);
