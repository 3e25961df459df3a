import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf, type Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { FleetHistory, MachineHistory } from '../core/history/fleet-history.ts';
import { livesOf } from '../core/history/lives.ts';
import type { StoredBatch, TimeSeriesStore } from '../ports.ts';
import type { ComponentLife, Seeded, SeededMachine } from './seed.ts';

/** Times of a fleet history in ISO instants are days since the epoch. */
const msOf = (t: number): number => Math.round(t * dayMs);

/** The lives of every component of one machine; the running one has no end. */
export const componentLivesOf = (
  fleet: FleetHistory,
  history: MachineHistory,
  commissionedAtMs: number,
): ComponentLife[] =>
  fleet.meta.targets.flatMap(({ component }) =>
    livesOf(history, component).map((life, index, all) => {
      const running = index === all.length - 1 && life.ended === 'censored';
      return {
        code: component,
        fromMs: Number.isFinite(life.startT) ? msOf(life.startT) : commissionedAtMs,
        toMs: running ? null : msOf(life.endT),
        endedBy: running ? null : life.ended === 'failure' ? ('failure' as const) : ('replacement' as const),
      };
    }),
  );

const samplesOf = (fleet: FleetHistory, history: MachineHistory, points: SeededMachine['points']): Sample[] =>
  fleet.points.flatMap((name, column) => {
    const pointId = points.get(name) as Id<'measurementPoint'> | undefined;
    const values = history.columns[column];
    if (!pointId || !values) return [];
    return Array.from(
      history.t,
      (t, row): Sample => ({
        pointId,
        sampledAtMs: msOf(t),
        value: values[row] ?? Number.NaN,
        quality: 'good',
      }),
    ).filter((sample) => Number.isFinite(sample.value));
  });

/** Puts the past of the demo's own machines into the store, as a gateway would have sent it late. @returns samples stored. */
export const storePast = async (
  timeSeries: TimeSeriesStore,
  seeded: Seeded,
  fleets: ReadonlyMap<string, FleetHistory>,
): Promise<number> => {
  let total = 0;
  const nextSeq = new Map<string, number>();
  for (const machine of seeded.machines) {
    const fleet = fleets.get(machine.type);
    const history = fleet?.machines.find((m) => m.machine === machine.key);
    if (!fleet || !history) continue;
    const samples = samplesOf(fleet, history, machine.points);
    const seq = nextSeq.get(machine.gatewayId) ?? 1;
    nextSeq.set(machine.gatewayId, seq + 1);
    // Epoch 0 is before any boot of an agent, so that these keys never meet those of live batches.
    const key = { gatewayId: machine.gatewayId, epoch: 0, class: 'history', seq } as const;
    const batch: StoredBatch = { organisationId: seeded.organisationId, key, samples: columnsOf(samples) };
    total += (await timeSeries.write([batch])).stored;
  }
  return total;
};
