import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { GatewayPoint } from '../core/set-up/gateway-file.ts';
import type { RecordReader } from '../ports.ts';

/** The points that a gateway feeds now. */
export const pointsFedBy = async (
  reader: RecordReader,
  { id: gatewayId, organisationId }: Pick<RecordOf<'gateway'>, 'id' | 'organisationId'>,
): Promise<GatewayPoint[]> => {
  const points: GatewayPoint[] = [];
  for (const { pointId, period } of await reader.list('pointAssignment', organisationId, { where: { gatewayId } })) {
    if (period.toMs !== null) continue;
    const point = await reader.get('measurementPoint', organisationId, pointId);
    const machine = point && (await reader.get('machine', organisationId, point.machineId));
    if (machine) points.push({ tag: machine.tag, name: point.name, pointId: point.id });
  }
  return points;
};
