import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import type { FaultView, ProblemView } from '@kuluma/shared/model/views/common.ts';

/** A form that is being filled in: an entry whose fields may not be right yet. */
export type Draft = Readonly<Record<string, unknown>>;

const emptyText = { fi: '', sv: '', en: '' };
const workdays = [1, 2, 3, 4, 5];

const weekOf = (timeZone: string, from: string, to: string) => ({
  timeZone,
  hours: workdays.map((weekday) => ({ weekday, from, to })),
  closedOn: [],
});

/** A component as it begins: as little as a person has to change. */
export const newComponent = {
  code: '',
  name: emptyText,
  failureModeCode: 'VIB',
  failureMechanism: '',
  bom: [],
  kitId: null,
  skills: [],
  certificates: [],
  tools: [],
  workKind: '',
  second: null,
  durationMin: 120,
  failureCostCents: null,
  policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 3 },
};

interface CheckItemDraft {
  readonly kind: string;
  readonly label: typeof emptyText;
  readonly unit: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly photo: boolean;
}
/** A question as it begins. */
export const newCheckItem: CheckItemDraft = {
  kind: 'yesNo',
  label: emptyText,
  unit: '',
  min: null,
  max: null,
  photo: false,
};

interface SubjectDraft {
  readonly machineModelId: string | null;
  readonly machineId: string | null;
  readonly componentCode: string | null;
  readonly page: number | null;
}
/** What a document is about, as it begins. */
export const newSubject: SubjectDraft = { machineModelId: null, machineId: null, componentCode: null, page: null };

/**
 * A new entry, with what is the same nearly always filled in.
 * @param of the id of what it is made for: the machine of a point, the owner of a contact, the site of a gateway
 */
export const newDraft = (kind: SetUpKind, of: string | null, { timeZone, language }: NewFor): Draft => {
  const nowhere = { latitude: null, longitude: null };
  const drafts: Record<SetUpKind, Draft> = {
    owners: { name: '', language, dataPurposes: ['ownService'], serviceLevel: null },
    contacts: {
      ...{ ownerId: of, name: '', email: '', phone: '', language },
      ...{ contactRoles: ['approver'], serviceNotices: null, channel: 'email' },
    },
    sites: {
      ...{ name: '', streetAddress: '', municipality: '', location: nowhere },
      access: weekOf(timeZone, '07:00', '16:00'),
    },
    'machine-models': { code: '', name: emptyText, manufacturer: '', componentTypes: [newComponent] },
    machines: { machineModelId: null, tag: '', serialNumber: '', commissionedOn: '', siteId: of, ownerId: null },
    points: { machineId: of, name: '', role: 'sensor', unit: 'mm/s', alarmLimit: null, gatewayId: null, source: '' },
    gateways: { siteId: of, name: '' },
    technicians: {
      ...{ name: '', email: '', phone: '', language, depotId: of, home: nowhere, skills: [], certificates: [] },
      ...{
        working: weekOf(timeZone, '07:00', '15:30'),
        break: null,
        overtime: null,
        areas: [],
        tools: [],
        paces: [],
        costPerHourCents: null,
        costPerKmCents: null,
      },
    },
    depots: { name: '', location: nowhere, timeZone },
    parts: { number: '', name: emptyText, priceCents: null, supplierLeadTimeDays: null },
    kits: { code: '', name: emptyText, lines: [{ partId: of, quantity: 1 }] },
    stock: { partId: of, placeId: null, quantity: null },
    documents: {
      ...{ title: '', number: '', kind: 'manual', language, audience: 'internal', fileId: null, validFromOn: '' },
      subjects: [newSubject],
    },
    checklists: { code: '', name: emptyText, machineModelId: of, failureModeCode: null, items: [newCheckItem] },
  };
  return drafts[kind];
};
export interface NewFor {
  readonly timeZone: string;
  readonly language: string;
}

/** Swedish and English names that nobody gave are the Finnish one, as in an import. */
const withNames = (name: unknown): unknown => {
  const { fi = '', sv = '', en = '' } = (name ?? {}) as Partial<Record<'fi' | 'sv' | 'en', string>>;
  return { fi, sv: sv.trim() || fi, en: en.trim() || fi };
};

const plain = (value: unknown): unknown => {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(plain);
  return value && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
    : value;
};

/** What is sent of a draft: names in all languages, no spaces around words. */
export const entryOf = (kind: SetUpKind, draft: Draft): Draft => {
  const trimmed = plain(draft) as Draft;
  if (kind === 'parts' || kind === 'kits') return { ...trimmed, name: withNames(trimmed['name']) };
  if (kind === 'checklists') {
    const items = (trimmed['items'] ?? []) as readonly Draft[];
    return {
      ...trimmed,
      name: withNames(trimmed['name']),
      items: items.map((item) => ({ ...item, label: withNames(item['label']) })),
    };
  }
  if (kind !== 'machine-models') return trimmed;
  const components = (trimmed['componentTypes'] ?? []) as readonly Draft[];
  return {
    ...trimmed,
    name: withNames(trimmed['name']),
    componentTypes: components.map(({ workKind, ...component }) => ({
      ...component,
      name: withNames(component['name']),
      ...(workKind ? { workKind } : {}),
    })),
  };
};

/** What the service says against a field, by the field's path in the entry: `working/hours/0/from`. */
export type FieldFault = Omit<FaultView, 'path'>;
export type FieldFaults = ReadonlyMap<string, FieldFault>;

const prefix = '/body/entry/';
/** Of several faults of one field the first says most: what follows it says that no way out is left. */
export const faultsOf = ({ faults }: Pick<ProblemView, 'faults'>): FieldFaults =>
  new Map(
    faults
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ path, ...fault }) => [path.slice(prefix.length), fault] as const)
      .reverse(),
  );

/** The fault of a field or of anything within it. */
export const faultAt = (faults: FieldFaults, field: string): FieldFault | undefined =>
  [...faults].find(([path]) => path === field || path.startsWith(`${field}/`))?.[1];

/** The faults of what stands below a field, by their paths there. */
export const faultsBelow = (faults: FieldFaults, field: string): FieldFaults =>
  new Map(
    [...faults].flatMap(([path, fault]) =>
      path.startsWith(`${field}/`) ? [[path.slice(field.length + 1), fault] as const] : [],
    ),
  );
