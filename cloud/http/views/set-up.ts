import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type MissingCode, missingCodes, type SetUpKind, setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { SetUpEntryView, SetUpOverview, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { stockLevels } from '../../core/planning/parts.ts';
import { recordOfKind } from '../../core/set-up/entries.ts';
import { missingOf, type SetUpFacts, stands } from '../../core/set-up/missing.ts';
import { obstaclesOf } from '../../pipelines/end-obstacles.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { readEntry } from '../../pipelines/set-up.ts';
import type { RecordReader } from '../../ports.ts';
import type { HttpDeps } from '../http-deps.ts';
import { factsOf, neededFor } from './set-up-facts.ts';
import { placeNameOf, rowOf, stockRows } from './set-up-rows.ts';

type FactsDeps = Pick<HttpDeps, 'clock' | 'health' | 'timeSeries'>;

/** Points are listed for what they belong to. */
export interface RowsOf {
  readonly machineId?: string;
  readonly gatewayId?: string;
}

const pointsOf = async (
  lookup: Lookup,
  { machineId, gatewayId }: RowsOf,
): Promise<readonly RecordOf<'measurementPoint'>[]> => {
  if (machineId) return lookup.by('measurementPoint', 'machineId', machineId);
  const feeds = gatewayId ? await lookup.by('pointAssignment', 'gatewayId', gatewayId) : [];
  const running = feeds.filter(({ period }) => period.toMs === null);
  const points = await Promise.all(running.map(({ pointId }) => lookup.get('measurementPoint', pointId)));
  return points.filter((point) => point !== undefined);
};

/** The rows of a kind, in the order of their names. */
export const rowsOf = async (deps: FactsDeps, lookup: Lookup, kind: SetUpKind, of: RowsOf): Promise<SetUpRow[]> => {
  await lookup.preload(...neededFor[kind]);
  const byName = (a: SetUpRow, b: SetUpRow) => a.name.localeCompare(b.name, 'fi', { numeric: true });
  if (kind === 'stock') return (await stockRows(lookup, await lookup.list('stockMovement'))).sort(byName);
  const facts = await factsOf(deps, lookup, 'all');
  const records = kind === 'points' ? await pointsOf(lookup, of) : await lookup.list(recordOfKind[kind]);
  const rows: SetUpRow[] = [];
  for (const record of records) rows.push(await rowOf(kind, record as never, lookup, facts));
  return rows.sort(byName);
};

const standing = async (lookup: Lookup, kind: SetUpKind) => {
  if (kind === 'stock') return { records: [], count: stockLevels(await lookup.list('stockMovement')).length, ended: 0 };
  const records: readonly { readonly endedAtMs?: number }[] = await lookup.list(recordOfKind[kind]);
  const count = records.filter(stands).length;
  return { records, count, ended: records.length - count };
};

/** How much of each kind there is, and what is missing, by its effect on what can be forecast and planned. */
export const overviewOf = async (deps: FactsDeps, lookup: Lookup): Promise<SetUpOverview> => {
  await lookup.preload(...new Set<RecordKind>(Object.values(neededFor).flat()));
  const facts: SetUpFacts = await factsOf(deps, lookup, 'all');
  const kinds: SetUpOverview['kinds'] = [];
  const missing: SetUpOverview['missing'] = [];
  for (const kind of setUpKinds) {
    const { records, count, ended } = await standing(lookup, kind);
    kinds.push({ kind, count, ended });
    // A point without a gateway is told of its machine.
    if (kind === 'points') continue;
    const counts = new Map<MissingCode, number>();
    for (const record of records)
      for (const code of await missingOf(kind, record, facts)) counts.set(code, (counts.get(code) ?? 0) + 1);
    for (const [code, found] of counts) missing.push({ kind, code, count: found });
  }
  return {
    kinds,
    missing: missing.sort((a, b) => missingCodes.indexOf(a.code) - missingCodes.indexOf(b.code)),
  };
};

type Change = SetUpEntryView['changes'][number];
type Stamp = Pick<RecordOf<'setUpChange'>, 'createdBy' | 'createdAtMs'>;

const mostChanges = 20;

/** What was changed of a thing, newest first. @param made who made it; unless given that is not told */
export const changesOf = async (lookup: Lookup, id: string, made: Stamp | undefined): Promise<Change[]> => {
  const view = async ({ createdBy, createdAtMs }: Stamp, what: Pick<Change, 'change' | 'fields'>): Promise<Change> => {
    const person = createdBy.kind === 'person' ? await lookup.get('person', createdBy.personId) : undefined;
    return { at: isoOf(createdAtMs), byName: person?.name ?? null, ...what };
  };
  const changes = await lookup.list('setUpChange', { where: { subjectId: id }, newestFirst: true, limit: mostChanges });
  const views = await Promise.all(changes.map((one) => view(one, { change: one.change, fields: one.fields })));
  if (made) views.push(await view(made, { change: 'made', fields: [] }));
  return views;
};

/** The last lines of the ledger of one part at one place: who counted what. */
const ledgerOf = async (lookup: Lookup, partId: string, placeId: string): Promise<Change[]> => {
  const movements = (await lookup.by('stockMovement', 'partId', partId)).filter(({ place }) => place === placeId);
  const lines = movements.map(({ createdBy, createdAtMs, reason, quantity }) => ({
    stamp: { createdBy, createdAtMs },
    field: { name: reason, to: quantity },
  }));
  const changes: Change[] = [];
  for (const { stamp, field } of lines.slice(-mostChanges).reverse()) {
    const by = stamp.createdBy;
    const person = by.kind === 'person' ? await lookup.get('person', by.personId) : undefined;
    const byName = person?.name ?? null;
    changes.push({ at: isoOf(stamp.createdAtMs), byName, change: 'changed', fields: [field] });
  }
  return changes;
};

/** One thing as its form shows it. @throws NOT_FOUND */
export const entryViewOf = async <K extends SetUpKind>(
  deps: FactsDeps,
  reader: RecordReader,
  organisationId: Lookup['organisationId'],
  kind: K,
  id: string,
): Promise<SetUpEntryView<K>> => {
  const lookup = createLookup(reader, organisationId);
  const nowMs = deps.clock.now();
  const { entry, version, record } = await readEntry(reader, organisationId, kind, id);
  const [partId = '', placeId = ''] = id.split('.');
  if (kind === 'stock' || !record) {
    const name = `${(await lookup.get('part', partId))?.number} · ${await placeNameOf(lookup, placeId)}`;
    const changes = await ledgerOf(lookup, partId, placeId);
    return { kind, id, name, version, entry, externalIds: [], missing: [], endedAt: null, obstacles: [], changes };
  }
  const facts = await factsOf(deps, lookup, 'one');
  const row = await rowOf(kind as Exclude<SetUpKind, 'stock'>, record as never, lookup, facts);
  const obstacles = row.endedAt ? [] : await obstaclesOf(lookup, kind as Exclude<SetUpKind, 'stock'>, id, nowMs);
  return {
    ...{ kind, id, version, entry, obstacles },
    ...{ name: row.name, missing: row.missing, endedAt: row.endedAt },
    externalIds: record.externalIds,
    changes: await changesOf(lookup, id, record),
  };
};
