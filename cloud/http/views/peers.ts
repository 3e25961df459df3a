import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { mayTrainOn } from '../../core/messages/permission.ts';
import { stands } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { ownerIdOf } from '../../pipelines/machine-facts.ts';
import type { Means, TimeSeriesStore } from '../../ports.ts';
import { rollUpGridOf } from './series.ts';

/** Machines that are read at most: a band of more looks the same. */
const mostPeers = 60;
const leastForBand = 3;

interface Peer {
  readonly machine: RecordOf<'machine'>;
  readonly pointId: RecordOf<'measurementPoint'>['id'];
}

/** Whether what the machine measures may stand beside a machine of another owner. */
const mayCompare = async (lookup: Lookup, machineId: string, ownerId: string | undefined, nowMs: number) => {
  const theirs = await ownerIdOf(lookup, machineId, nowMs);
  if (!theirs) return false;
  return theirs === ownerId || mayTrainOn(await lookup.by('dataLicence', 'ownerId', theirs), theirs, nowMs);
};

/** The same point of other machines of the model, the oldest records first. */
const peersOf = async (lookup: Lookup, point: RecordOf<'measurementPoint'>, nowMs: number): Promise<Peer[]> => {
  const { machineModelId } = needed(await lookup.get('machine', point.machineId), 'machine');
  const ownerId = await ownerIdOf(lookup, point.machineId, nowMs);
  const peers: Peer[] = [];
  for (const machine of await lookup.by('machine', 'machineModelId', machineModelId)) {
    if (peers.length === mostPeers) break;
    if (machine.id === point.machineId || !stands(machine)) continue;
    if (!(await mayCompare(lookup, machine.id, ownerId, nowMs))) continue;
    const points = await lookup.by('measurementPoint', 'machineId', machine.id);
    const same = points.find(({ name, unit }) => name === point.name && unit === point.unit);
    if (same) peers.push({ machine, pointId: same.id });
  }
  return peers;
};

/** The value at a share of sorted ones, between neighbours in proportion (Hyndman and Fan 1996, type 7). */
const quantileOf = (sorted: readonly number[], share: number): number => {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  return low + (at % 1) * ((sorted[Math.ceil(at)] ?? low) - low);
};

/** P10, median and P90 of the means in each bucket that has at least three of them. */
export const bandOf = (
  series: Iterable<Means>,
  grid: { readonly fromMs: number; readonly bucketMs: number },
): Pick<PeersView, 'index' | 'p10' | 'p50' | 'p90'> => {
  const values = new Map<number, number[]>();
  for (const { startMs, mean } of series)
    startMs.forEach((atMs, i) => {
      const bucket = Math.round((atMs - grid.fromMs) / grid.bucketMs);
      const found = values.get(bucket) ?? [];
      found.push(mean[i] as number);
      values.set(bucket, found);
    });
  const rows = [...values]
    .filter(([, found]) => found.length >= leastForBand)
    .sort(([a], [b]) => a - b)
    .map(([bucket, found]) => [bucket, found.sort((a, b) => a - b)] as const);
  const column = (share: number) => rows.map(([, found]) => quantileOf(found, share));
  return { index: rows.map(([bucket]) => bucket), p10: column(0.1), p50: column(0.5), p90: column(0.9) };
};

/** How the same point of other machines of the model reads over a time, from what the store has summed up. */
export const peersViewOf = async (
  lookup: Lookup,
  timeSeries: TimeSeriesStore,
  point: RecordOf<'measurementPoint'>,
  args: { fromMs: number; toMs: number; buckets: number; chosen: readonly string[]; nowMs: number },
): Promise<PeersView> => {
  const peers = await peersOf(lookup, point, args.nowMs);
  const grid = rollUpGridOf(args);
  const range = { fromMs: grid.fromMs, toMs: Math.min(args.toMs, args.nowMs) };
  const pointIds = peers.map(({ pointId }) => pointId);
  const means =
    range.toMs > range.fromMs
      ? await timeSeries.means(lookup.organisationId, pointIds, range, grid.bucketMs)
      : new Map<string, Means>();
  const band = bandOf(means.values(), grid);
  return {
    fromAt: isoOf(grid.fromMs),
    bucketMs: grid.bucketMs,
    machines: means.size,
    ...band,
    chosen: peers
      .filter(({ machine }) => args.chosen.includes(machine.id))
      .map(({ machine, pointId }) => {
        const { startMs = [], mean = [] } = means.get(pointId) ?? {};
        const index = Array.from(startMs, (atMs) => Math.round((atMs - grid.fromMs) / grid.bucketMs));
        return { machineId: machine.id, tag: machine.tag, index, mean: Array.from(mean) };
      }),
    others: peers.map(({ machine }) => ({ machineId: machine.id, tag: machine.tag })),
  };
};
