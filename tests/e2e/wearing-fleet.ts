import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { startMs } from '../contract/http-tenant.ts';
import type { World } from '../contract/http-world.ts';

/** Machines whose one bearing wears out, in the past and live. */

export const rowHours = 12;
export const rowMs = rowHours * hourMs;
export const samplesPerRow = 6;
const lifeRows = 120;

/** Vibration of a bearing that is quiet for most of its life and then wears out, at a row of a life of `rows`. */
const vibrationAt = (row: number, rows: number, noise: number): number =>
  1 + 8 * Math.max(0, row / rows - 0.4) ** 2 + 0.05 * noise;

/** Past lives of machines that all failed, in the given unit of time. */
export const pastFleet = (timeUnit: 'h' | 'cycle', machines = 24): FleetHistory => {
  const perRow = timeUnit === 'h' ? rowHours : 1;
  const random = seededRandom(5);
  return {
    meta: {
      format: 'kuluma-fleet/1',
      name: 'past',
      timeUnit,
      points: { vibration: { role: 'sensor' } },
      targets: [{ component: 'bearing', horizons: [7, 14, 28].map((days) => (days * 24 * perRow) / rowHours) }],
    },
    points: ['vibration'],
    machines: Array.from({ length: machines }, (_, n) => {
      const rows = Math.round(lifeRows * (0.7 + 0.6 * random()));
      return {
        machine: `past-${n}`,
        t: Float64Array.from({ length: rows }, (_, row) => (row + 1) * perRow),
        columns: [Float64Array.from({ length: rows }, (_, row) => vibrationAt(row, rows, random() - 0.5))],
        events: [{ t: rows * perRow, kind: 'failure' as const, component: 'bearing', code: '' }],
        attributes: {},
      };
    }),
  };
};

export interface Wearing {
  readonly machineId: Id<'machine'>;
  readonly componentId: Id<'component'>;
  /** Lets `rows` more of its life pass, sampled several times a row. */
  live(rows: number): Promise<void>;
}

/** A machine of an organisation, new at the start; `lifeOf` rows are the life of its bearing. */
export const newWearingMachine = async (
  world: World,
  organisationId: Id<'organisation'>,
  tag: string,
  lifeOf = lifeRows,
): Promise<Wearing> => {
  const [machineModel] = await world.records.list('machineModel', organisationId);
  if (!machineModel) throw new Error('no machine model');
  const machineId = await world.add(organisationId, 'machine', {
    machineModelId: machineModel.id,
    tag,
    serialNumber: '',
    commissionedAtMs: startMs,
  });
  const period = { fromMs: startMs, toMs: null };
  const componentId = await world.add(organisationId, 'component', {
    machineId,
    componentCode: 'bearing',
    period,
    endedBy: null,
  });
  const point = (name: string, role: 'sensor' | 'usage') =>
    world.add(organisationId, 'measurementPoint', { machineId, name, role, unit: '1', alarmLimit: null });
  const [vibration, cycles] = [await point('vibration', 'sensor'), await point('cycles', 'usage')];
  const random = seededRandom(9);
  let row = 0;
  return {
    machineId,
    componentId,
    async live(rows) {
      const samples = [];
      for (const end = row + rows; row < end; row++)
        for (let n = 0; n < samplesPerRow; n++) {
          const sampledAtMs = startMs + row * rowMs + (n * rowMs) / samplesPerRow;
          const value = vibrationAt(row, lifeOf, random() - 0.5);
          samples.push({ pointId: vibration, sampledAtMs, value, quality: 'good' as const });
          samples.push({ pointId: cycles, sampledAtMs, value: row + 1, quality: 'good' as const });
        }
      const key = { gatewayId: machineId, epoch: 1, class: 'live', seq: row } as const;
      await world.timeSeries.write([{ organisationId, key, samples: columnsOf(samples) }]);
      world.time.nowMs = startMs + row * rowMs;
    },
  };
};
