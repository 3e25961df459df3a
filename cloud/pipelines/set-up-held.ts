import type { Id } from '@kuluma/shared/model/base.ts';
import type { FilterOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import type { SetUpEntry } from '@kuluma/shared/model/views/set-up.ts';
import { recordOfKind } from '../core/set-up/entries.ts';
import { type Held, type ImportKind, importKinds } from '../core/set-up/world.ts';
import type { RecordQuery, RecordReader } from '../ports.ts';

/** Collects the records that one entry needs, each once. */
class Gathering {
  readonly #reader: RecordReader;
  readonly #organisationId: Id<'organisation'>;
  readonly #records = new Map<ImportKind, Map<string, unknown>>(importKinds.map((kind) => [kind, new Map()]));

  constructor(reader: RecordReader, organisationId: Id<'organisation'>) {
    this.#reader = reader;
    this.#organisationId = organisationId;
  }

  async get<K extends ImportKind>(kind: K, id: string | null | undefined) {
    if (!id) return undefined;
    const record = await this.#reader.get(kind, this.#organisationId, id);
    if (record) this.#records.get(kind)?.set(id, record);
    return record;
  }

  async by<K extends ImportKind>(kind: K, field: FilterOf<K>, value: string) {
    const where = { [field]: value } as NonNullable<RecordQuery<K>['where']>;
    const records = await this.#reader.list(kind, this.#organisationId, { where });
    for (const record of records) this.#records.get(kind)?.set(record.id, record);
    return records;
  }

  async all<K extends ImportKind>(kind: K): Promise<void> {
    for (const record of await this.#reader.list(kind, this.#organisationId))
      this.#records.get(kind)?.set(record.id, record);
  }

  held(): Held {
    return Object.fromEntries([...this.#records].map(([kind, records]) => [kind, [...records.values()]])) as never;
  }
}

type Gather<K extends SetUpKind> = (
  gathering: Gathering,
  id: string | null,
  entry: SetUpEntry<K> | undefined,
) => Promise<void>;

/** What the core looks at for an entry of each kind, beside the record itself. */
const needs: { readonly [K in SetUpKind]: Gather<K> } = {
  owners: async (gathering, id) => {
    if (id) await gathering.by('dataLicence', 'ownerId', id);
  },
  contacts: async (gathering, id, entry) => {
    if (id) {
      await gathering.by('consent', 'contactId', id);
      await gathering.by('messagePreference', 'contactId', id);
    }
    await gathering.get('owner', entry?.ownerId);
  },
  sites: async () => undefined,
  'machine-models': async (gathering, id, entry) => {
    if (!entry) return;
    await gathering.by('machineModel', 'code', entry.code);
    await gathering.all('part');
    await gathering.all('kit');
    const machines = id ? await gathering.by('machine', 'machineModelId', id) : [];
    if (machines.length > 0) await gathering.all('component');
  },
  machines: async (gathering, id, entry) => {
    if (id) {
      for (const kind of ['machinePlacement', 'machineOwnership', 'component', 'warranty', 'serviceContract'] as const)
        await gathering.by(kind, 'machineId', id);
      for (const point of await gathering.by('measurementPoint', 'machineId', id))
        await gathering.by('pointAssignment', 'pointId', point.id);
    }
    await gathering.get('machineModel', entry?.machineModelId);
    await gathering.get('site', entry?.siteId);
    await gathering.get('owner', entry?.ownerId);
  },
  points: async (gathering, id, entry) => {
    if (id) await gathering.by('pointAssignment', 'pointId', id);
    if (entry) await gathering.by('measurementPoint', 'machineId', entry.machineId);
    await gathering.get('machine', entry?.machineId);
    await gathering.get('gateway', entry?.gatewayId);
  },
  gateways: async (gathering, id, entry) => {
    if (id) await gathering.by('pointAssignment', 'gatewayId', id);
    await gathering.get('site', entry?.siteId);
  },
  technicians: async (gathering, id, entry) => {
    const technician = await gathering.get('technician', id);
    // An address is everybody's to have once.
    if (entry) await gathering.all('person');
    else await gathering.get('person', technician?.personId);
    await gathering.get('depot', entry?.depotId);
  },
  depots: async () => undefined,
  parts: async (gathering, _, entry) => {
    if (entry) await gathering.by('part', 'number', entry.number);
  },
  kits: async (gathering, _, entry) => {
    if (!entry) return;
    await gathering.by('kit', 'code', entry.code);
    await gathering.all('part');
  },
  checklists: async (gathering, id, entry) => {
    if (id) await gathering.by('checklistEdition', 'checklistId', id);
    if (entry) await gathering.by('checklist', 'code', entry.code);
    await gathering.get('machineModel', entry?.machineModelId);
  },
  documents: async (gathering, _, entry) => {
    await gathering.get('documentFile', entry?.fileId);
    for (const { machineModelId, machineId } of entry?.subjects ?? []) {
      const machine = await gathering.get('machine', machineId);
      await gathering.get('machineModel', machineModelId ?? machine?.machineModelId);
    }
  },
  stock: async (gathering, id, entry) => {
    const place = entry?.placeId ?? id?.split('.')[1];
    await gathering.by('stockMovement', 'place', place ?? '');
    await gathering.get('part', entry?.partId);
    await gathering.get('depot', place);
    await gathering.get('technician', place);
  },
};

/** The records that reading, changing or ending one entry needs: never the whole fleet. */
export const heldFor = async <K extends SetUpKind>(
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  kind: K,
  id: string | null,
  entry?: SetUpEntry<K>,
): Promise<Held> => {
  const gathering = new Gathering(reader, organisationId);
  if (id && kind !== 'stock') await gathering.get(recordOfKind[kind], id);
  await needs[kind](gathering, id, entry);
  return gathering.held();
};
