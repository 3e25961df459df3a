import type { Period } from '@kuluma/shared/model/base.ts';
import { newestEdition } from '@kuluma/shared/model/checklists.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpKind, setUpColumns } from '@kuluma/shared/model/set-up-kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { SetUpCell, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { onShelf, stockLevels } from '../../core/planning/parts.ts';
import { type recordOfKind, stockIdOf } from '../../core/set-up/entries.ts';
import { missingOf, runs, type SetUpFacts, stands } from '../../core/set-up/missing.ts';
import type { Lookup } from '../../pipelines/lookup.ts';

/** What a row says: a name, and a cell for each column of its kind. */
interface Said<K extends SetUpKind> {
  readonly name: string;
  readonly cells: { readonly [C in (typeof setUpColumns)[K][number]]: SetUpCell };
}
type Describe<K extends SetUpKind> = (
  record: RecordOf<(typeof recordOfKind)[K]>,
  lookup: Lookup,
  facts: SetUpFacts,
) => Promise<Said<K>>;

const text = (value: string | undefined): SetUpCell => ({ text: value || null });
const running = <R extends { readonly period: Period }>(records: readonly R[], { nowMs }: SetUpFacts): R[] =>
  records.filter((record) => runs(record, nowMs));

/** A depot by its name, a technician's van by the technician's. */
export const placeNameOf = async (lookup: Lookup, placeId: string): Promise<string | undefined> => {
  const depot = await lookup.get('depot', placeId);
  if (depot) return depot.name;
  const technician = await lookup.get('technician', placeId);
  return technician && (await lookup.get('person', technician.personId))?.name;
};

/** What a document is about: machines by their names, models by their codes, each once. */
const aboutOf = async (lookup: Lookup, subjects: RecordOf<'document'>['subjects']): Promise<string[]> => {
  const names = new Set<string | undefined>();
  for (const { machineId, machineModelId } of subjects) {
    if (machineId) names.add((await lookup.get('machine', machineId))?.tag);
    if (machineModelId) names.add((await lookup.get('machineModel', machineModelId))?.code);
  }
  return [...names].filter((name) => name !== undefined);
};

const describe: { readonly [K in Exclude<SetUpKind, 'stock'>]: Describe<K> } = {
  owners: async ({ id, name }, lookup, facts) => ({
    name,
    cells: {
      contacts: { count: (await facts.contacts(id)).filter(stands).length },
      machines: { count: running(await lookup.by('machineOwnership', 'ownerId', id), facts).length },
      dataPurposes: { codes: running(await facts.licences(id), facts).flatMap(({ purposes }) => purposes) },
    },
  }),
  contacts: async ({ id, name, ownerId, contactRoles }, lookup, facts) => ({
    name,
    cells: {
      owner: text((await lookup.get('owner', ownerId))?.name),
      contactRoles: { codes: contactRoles },
      channel: { codes: [(await facts.preferences(id))[0]?.channel ?? 'email'] },
    },
  }),
  sites: async ({ id, name, municipality }, lookup, facts) => ({
    name,
    cells: {
      municipality: text(municipality),
      machines: { count: running(await lookup.by('machinePlacement', 'siteId', id), facts).length },
      gateways: { count: (await lookup.by('gateway', 'siteId', id)).filter(stands).length },
    },
  }),
  'machine-models': async ({ id, code, manufacturer, componentTypes }, lookup) => ({
    name: code,
    cells: {
      manufacturer: text(manufacturer),
      components: { count: componentTypes.length },
      machines: { count: (await lookup.by('machine', 'machineModelId', id)).filter(stands).length },
    },
  }),
  machines: async ({ id, tag, serialNumber, machineModelId }, lookup, facts) => {
    const model = await lookup.get('machineModel', machineModelId);
    const [placement] = running(await facts.placements(id), facts);
    const [ownership] = running(await facts.ownerships(id), facts);
    return {
      name: tag,
      cells: {
        model: model ? { own: model.name } : text(undefined),
        serialNumber: text(serialNumber),
        site: text(placement && (await lookup.get('site', placement.siteId))?.name),
        owner: text(ownership && (await lookup.get('owner', ownership.ownerId))?.name),
        points: { count: (await facts.points(id)).filter(stands).length },
      },
    };
  },
  points: async ({ id, name, machineId, unit }, lookup, facts) => {
    const [feed] = running(await facts.feeds(id), facts);
    return {
      name,
      cells: {
        machine: text((await lookup.get('machine', machineId))?.tag),
        unit: text(unit),
        gateway: text(feed && (await lookup.get('gateway', feed.gatewayId))?.name),
      },
    };
  },
  gateways: async ({ id, name, siteId }, lookup, facts) => ({
    name,
    cells: {
      site: text((await lookup.get('site', siteId))?.name),
      points: { count: running(await facts.feedsOf(id), facts).length },
    },
  }),
  technicians: async ({ personId, depotId, skills, certificates }, lookup) => ({
    name: (await lookup.get('person', personId))?.name ?? '',
    cells: {
      depot: text((await lookup.get('depot', depotId))?.name),
      skills: { skills },
      certificates: { codes: certificates.map(({ code }) => code) },
    },
  }),
  depots: async ({ id, name }, lookup) => ({
    name,
    cells: {
      technicians: { count: (await lookup.by('technician', 'depotId', id)).filter(stands).length },
      parts: {
        count: stockLevels(await lookup.by('stockMovement', 'place', id)).filter(({ quantity }) => quantity > 0).length,
      },
    },
  }),
  parts: async ({ id, number, name, priceCents, supplierLeadTimeDays }, _, facts) => ({
    name: number,
    cells: {
      partName: { own: name },
      price: { cents: priceCents },
      leadTime: { days: supplierLeadTimeDays },
      inStock: { count: (await facts.stock(id)).reduce((sum, { quantity }) => sum + quantity, 0) },
    },
  }),
  kits: async ({ code, name, lines }) => ({
    name: code,
    cells: { partName: { own: name }, parts: { count: lines.length } },
  }),
  checklists: async ({ id, code, name, machineModelId, failureModeCode }, lookup) => {
    const model = machineModelId && (await lookup.get('machineModel', machineModelId));
    const newest = newestEdition(await lookup.by('checklistEdition', 'checklistId', id));
    return {
      name: code,
      cells: {
        checklistName: { own: name },
        model: model ? { own: model.name } : text(undefined),
        failureMode: { codes: failureModeCode ? [failureModeCode] : [] },
        items: { count: newest?.items.length ?? 0 },
        edition: { count: newest?.edition ?? 0 },
      },
    };
  },
  documents: async ({ title, number, kind, language, audience, subjects, editions }, lookup) => ({
    name: number === '' ? title : `${title} (${number})`,
    cells: {
      documentKind: { codes: [kind] },
      about: text((await aboutOf(lookup, subjects)).join(', ')),
      language: { codes: language ? [language] : [] },
      audience: { codes: [audience] },
      validFrom: text(editions.at(-1)?.validFromOn),
    },
  }),
};

export const rowOf = async <K extends Exclude<SetUpKind, 'stock'>>(
  kind: K,
  record: RecordOf<(typeof recordOfKind)[K]>,
  lookup: Lookup,
  facts: SetUpFacts,
): Promise<SetUpRow> => {
  const { name, cells } = await describe[kind](record, lookup, facts);
  const { endedAtMs } = record as { endedAtMs?: number };
  const missing = await missingOf(kind, record, facts);
  return { id: record.id, name, cells, missing, endedAt: endedAtMs === undefined ? null : isoOf(endedAtMs) };
};

/** What lies where: a row for each part at each place that ever had it. */
export const stockRows = async (
  lookup: Lookup,
  movements: readonly RecordOf<'stockMovement'>[],
): Promise<SetUpRow[]> => {
  const rows: SetUpRow[] = [];
  for (const { partId, placeId, quantity } of stockLevels(onShelf(movements)))
    rows.push({
      id: stockIdOf(partId, placeId),
      name: (await lookup.get('part', partId))?.number ?? '',
      cells: { place: text(await placeNameOf(lookup, placeId)), quantity: { count: quantity } },
      missing: [],
      endedAt: null,
    });
  return rows;
};
