import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { MachineStateView } from '@kuluma/shared/model/views/machine.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';

/** How a machine stands against its own baseline, with its points by name. */
export const machineStateViewOf = async (
  lookup: Lookup,
  { machineId, state, sinceMs, unknown, baseline, reasons }: RecordOf<'machineState'>,
): Promise<MachineStateView> => {
  const points = await lookup.by('measurementPoint', 'machineId', machineId);
  return {
    state,
    since: isoOf(sinceMs),
    unknown,
    baseline: { from: isoOf(baseline.fromMs), hours: baseline.hours },
    reasons: reasons.map((reason) => {
      const { name, unit } = needed(
        points.find(({ id }) => id === reason.pointId),
        'measurement point',
      );
      return { ...reason, point: name, unit };
    }),
  };
};
