import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { InventoryView } from '@kuluma/shared/model/views/inventory.ts';
import { pointDaysOf } from '../../core/quality/point-days.ts';
import { missingOf, stands } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { machineModelOf, siteOf } from '../../pipelines/machine-facts.ts';
import { qualityByPoint } from '../../pipelines/machine-quality.ts';
import type { HttpDeps } from '../http-deps.ts';
import { factsOf } from './set-up-facts.ts';

/** What is older says nothing of how a machine is measured. */
const lookedBackMs = 1100 * dayMs;

type Held = InventoryView['points'][number]['held'];

const heldOf = async (
  { timeSeries, clock }: Pick<HttpDeps, 'timeSeries' | 'clock'>,
  { organisationId, id: pointId }: RecordOf<'measurementPoint'>,
  lastMs: number | undefined,
): Promise<Held> => {
  const nowMs = clock.now();
  const fromMs = Math.floor((nowMs - lookedBackMs) / dayMs) * dayMs;
  const days = pointDaysOf(
    await timeSeries.downsample({ organisationId, pointId, fromMs, toMs: nowMs + 1 }, dayMs),
    nowMs,
  );
  if (!days) return null;
  const { samples, intervalMs, emptyDays, longestGap } = days;
  return {
    firstAt: isoOf(days.firstMs),
    lastAt: isoOf(lastMs ?? days.lastMs),
    ...{ samples, intervalMs, emptyDays },
    longestGap: longestGap && { fromAt: isoOf(longestGap.fromMs), toAt: isoOf(longestGap.toMs) },
  };
};

/** What data there are of a machine. @throws NOT_FOUND */
export const inventoryOf = async (
  deps: Pick<HttpDeps, 'timeSeries' | 'clock' | 'health'>,
  lookup: Lookup,
  machineId: string,
): Promise<InventoryView> => {
  const { timeSeries, clock } = deps;
  const nowMs = clock.now();
  const machine = await lookup.get('machine', machineId);
  if (!machine) throw new AppError('NOT_FOUND', 'there is no such machine');
  const all = (await lookup.by('measurementPoint', 'machineId', machineId)).filter(stands);
  const newest = await timeSeries.latest(
    lookup.organisationId,
    all.map(({ id }) => id),
  );
  const quality = await qualityByPoint(timeSeries, all, newest, nowMs);
  const points: InventoryView['points'] = [];
  for (const point of all) {
    const judged = quality.get(point.id);
    points.push({
      ...{ pointId: point.id, name: point.name, role: point.role, unit: point.unit },
      held: await heldOf(deps, point, newest.get(point.id)?.sampledAtMs),
      score: judged?.score ?? null,
      faults: [...(judged?.faults ?? [])],
    });
  }
  const facts = await factsOf(deps, lookup, 'one');
  const model = await machineModelOf(lookup, machineId);
  const site = await siteOf(lookup, machineId, nowMs);
  return {
    ...{ machineId: machine.id, tag: machine.tag, points },
    timeZone:
      site?.access.timeZone ?? needed(await lookup.get('organisation', lookup.organisationId), 'organisation').timeZone,
    missing: [
      ...(await missingOf('machines', machine, facts)),
      ...(await missingOf('machine-models', model, facts)).filter((code) => code === 'noForecastModel'),
    ],
  };
};
