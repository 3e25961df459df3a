import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { DataSheet } from '../core/messages/data-pages/data-sheet-page.ts';
import { stands } from '../core/set-up/missing.ts';
import type { TimeSeriesStore } from '../ports.ts';
import { type Lookup, needed } from './lookup.ts';
import { csvLineBytes } from './machine-data.ts';

/** What was measured for so long stands for what will be. */
const countedDays = 7;
/** Machines of a model that are looked at: they are set up alike. */
const mostMachines = 3;

type Machine = RecordOf<'machine'>;

/** A machine that is named, or some of a model that have points. */
const machinesOf = async (
  lookup: Lookup,
  machineModelId: Id<'machineModel'>,
  machine: Machine | undefined,
): Promise<Machine[]> => {
  if (machine) return [machine];
  const all = (await lookup.by('machine', 'machineModelId', machineModelId)).filter(stands);
  const found: Machine[] = [];
  for (const one of all) {
    if (found.length === mostMachines) break;
    if ((await lookup.by('measurementPoint', 'machineId', one.id)).some(stands)) found.push(one);
  }
  return found;
};

/**
 * What data a machine makes, or those of a model, counted over the last week: of points of the same name the busiest.
 * @param of.machineId null for the model alone
 */
export const dataSheetOf = async (
  { timeSeries }: { readonly timeSeries: Pick<TimeSeriesStore, 'count'> },
  lookup: Lookup,
  of: { readonly machineModelId: Id<'machineModel'>; readonly machineId: Id<'machine'> | null },
  nowMs: number,
): Promise<Omit<DataSheet, 'retention'>> => {
  const model = needed(await lookup.get('machineModel', of.machineModelId), 'machine model');
  const named = of.machineId === null ? undefined : needed(await lookup.get('machine', of.machineId), 'machine');
  const points = new Map<string, DataSheet['points'][number]>();
  let bytesPerDay = 0;
  for (const machine of await machinesOf(lookup, model.id, named))
    for (const point of (await lookup.by('measurementPoint', 'machineId', machine.id)).filter(stands)) {
      const { organisationId, id: pointId, name, unit } = point;
      const range = { organisationId, pointId, fromMs: nowMs - countedDays * dayMs, toMs: nowMs };
      const perDay = (await timeSeries.count(range)) / countedDays;
      const before = points.get(name)?.perDay ?? 0;
      points.set(name, { name, unit, perDay: Math.max(before, perDay) || null });
      bytesPerDay += Math.max(0, perDay - before) * csvLineBytes({ machine, model, point });
    }
  return {
    ...{ tag: named?.tag ?? null, machineModel: { id: model.id, name: model.name } },
    ...{ points: [...points.values()], bytesPerDay },
  };
};
