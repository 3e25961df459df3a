import { type Static, Type } from 'typebox';
import { ContractEntry, WarrantyEntry } from '../agreements.ts';
import { closed, Instant, idOf, LocalDay, LocalText, oneOf, orNull, Secret } from '../base.ts';
import { Checklist, ChecklistEdition } from '../checklists.ts';
import { Document } from '../documents.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { Gateway, Machine, MachineModel, MeasurementPoint, PointAssignment } from '../machines.ts';
import { messageChannels } from '../messages.ts';
import { Contact, DataLicence, LegalBasis, Owner, Person, Site } from '../parties.ts';
import { SetUpChange } from '../set-up-change.ts';
import { endObstacles, missingCodes, type SetUpKind, setUpKinds } from '../set-up-kinds.ts';
import { Depot, Kit, Part, Technician } from '../stock.ts';
import { FaultView, IsoInstant } from './common.ts';

/** What a form of the set-up holds: fields of one record, with those of what belongs to it. Rules are the records' own. */
const { name: personName, email, phone, language } = Person.properties;
const place = { siteId: orNull(idOf('site')), ownerId: orNull(idOf('owner')) };

export const setUpEntries = {
  owners: Type.Object(
    {
      name: Owner.properties.name,
      language: Owner.properties.language,
      serviceLevel: Owner.properties.serviceLevel,
      /** What the owner's machine data may be used for, by contract. */
      dataPurposes: DataLicence.properties.purposes,
    },
    closed,
  ),
  contacts: Type.Object(
    {
      ...Type.Pick(Contact, ['ownerId', 'name', 'email', 'phone', 'language', 'contactRoles']).properties,
      /** What allows messages about the service of their machines; null: none are sent. */
      serviceNotices: orNull(LegalBasis),
      channel: oneOf(messageChannels),
    },
    closed,
  ),
  sites: Type.Object(
    Type.Pick(Site, ['name', 'streetAddress', 'municipality', 'location', 'access']).properties,
    closed,
  ),
  'machine-models': Type.Object(
    Type.Pick(MachineModel, ['code', 'name', 'manufacturer', 'componentTypes', 'contractPlan']).properties,
    closed,
  ),
  machines: Type.Object(
    {
      ...Type.Pick(Machine, ['machineModelId', 'tag', 'serialNumber']).properties,
      commissionedOn: LocalDay,
      ...place,
      /** That which began last; null: it ends today; absent: as it was. */
      warranty: Type.Optional(orNull(WarrantyEntry)),
      contract: Type.Optional(orNull(ContractEntry)),
    },
    closed,
  ),
  points: Type.Object(
    {
      ...Type.Pick(MeasurementPoint, ['machineId', 'name', 'role', 'unit', 'alarmLimit']).properties,
      gatewayId: orNull(PointAssignment.properties.gatewayId),
      source: PointAssignment.properties.source,
    },
    closed,
  ),
  gateways: Type.Object(Type.Pick(Gateway, ['siteId', 'name']).properties, closed),
  technicians: Type.Object(
    {
      ...{ name: personName, email, phone, language },
      ...Type.Pick(Technician, ['depotId', 'home', 'skills', 'certificates', 'working']).properties,
      ...Type.Pick(Technician, ['break', 'overtime', 'areas', 'tools', 'paces', 'costPerHourCents', 'costPerKmCents'])
        .properties,
    },
    closed,
  ),
  depots: Type.Object(
    { name: Type.String({ minLength: 1 }), ...Type.Pick(Depot, ['location', 'timeZone']).properties },
    closed,
  ),
  parts: Type.Object(Type.Pick(Part, ['number', 'name', 'priceCents', 'supplierLeadTimeDays']).properties, closed),
  kits: Type.Object(Type.Pick(Kit, ['code', 'name', 'lines']).properties, closed),
  /** What was counted at one place. */
  stock: Type.Object(
    {
      partId: idOf('part'),
      placeId: Type.Union([idOf('depot'), idOf('technician')]),
      quantity: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    },
    closed,
  ),
  checklists: Type.Object(
    {
      ...Type.Pick(Checklist, ['code', 'name', 'machineModelId', 'failureModeCode']).properties,
      items: ChecklistEdition.properties.items,
    },
    closed,
  ),
  documents: Type.Object(
    {
      ...Type.Pick(Document, ['title', 'number', 'kind', 'language', 'audience', 'subjects']).properties,
      /** The last edition's; another file is another edition. */
      fileId: idOf('documentFile'),
      validFromOn: LocalDay,
    },
    closed,
  ),
} satisfies Record<SetUpKind, ReturnType<typeof Type.Object>>;
export type SetUpEntry<K extends SetUpKind> = Static<(typeof setUpEntries)[K]>;

const Kind = oneOf(setUpKinds);
const MissingCode = oneOf(missingCodes);

/** What one column of a list says; the page words it. */
const Cell = Type.Union([
  Type.Object({ text: orNull(Type.String()) }, closed),
  Type.Object({ own: LocalText }, closed),
  Type.Object({ count: Type.Integer() }, closed),
  Type.Object({ cents: Type.Integer() }, closed),
  Type.Object({ days: Type.Number() }, closed),
  /** Words of the catalogue. */
  Type.Object({ codes: Type.Array(Type.String()) }, closed),
  Type.Object({ skills: Technician.properties.skills }, closed),
]);
export type SetUpCell = Static<typeof Cell>;

export const SetUpRow = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    cells: Type.Record(Type.String(), Cell),
    missing: Type.Array(MissingCode),
    endedAt: orNull(IsoInstant),
  },
  closed,
);
export type SetUpRow = Static<typeof SetUpRow>;

/** What there is and what it lacks, what keeps most from being forecast first. */
export const SetUpOverview = Type.Object(
  {
    kinds: Type.Array(Type.Object({ kind: Kind, count: Type.Integer(), ended: Type.Integer() }, closed)),
    missing: Type.Array(Type.Object({ kind: Kind, code: MissingCode, count: Type.Integer() }, closed)),
  },
  closed,
);
export type SetUpOverview = Static<typeof SetUpOverview>;

export const SetUpChangeView = Type.Object(
  {
    at: IsoInstant,
    /** Null where no member of staff did it, but a command line. */
    byName: orNull(Type.String()),
    change: Type.Union([SetUpChange.properties.change, Type.Literal('made')]),
    fields: SetUpChange.properties.fields,
  },
  closed,
);

/** One thing as its form shows it. */
export const setUpEntryView = <K extends SetUpKind>(kind: K) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      id: Type.String(),
      name: Type.String(),
      version: Type.Integer(),
      entry: setUpEntries[kind],
      externalIds: Type.Array(Type.Object({ system: Type.String(), value: Type.String() }, closed)),
      missing: Type.Array(MissingCode),
      endedAt: orNull(IsoInstant),
      /** What has to be done before it may end. */
      obstacles: Type.Array(Type.Object({ code: oneOf(endObstacles), count: Type.Integer() }, closed)),
      /** Newest first. */
      changes: Type.Array(SetUpChangeView),
    },
    closed,
  );
export interface SetUpEntryView<K extends SetUpKind = SetUpKind> {
  kind: K;
  id: string;
  name: string;
  version: number;
  entry: SetUpEntry<K>;
  externalIds: { system: string; value: string }[];
  missing: Static<typeof MissingCode>[];
  endedAt: string | null;
  obstacles: { code: (typeof endObstacles)[number]; count: number }[];
  changes: Static<typeof SetUpChangeView>[];
}

/** What became of a command. */
const done = { id: Type.String(), version: Type.Integer() };
export const SetUpDone = Type.Object(done, closed);
/** Of a gateway that may have got a token just now: told this once. */
export const GatewayDone = Type.Object(
  {
    ...done,
    token: Type.Optional(Secret),
    /** The beginning of the gateway's configuration file, with the token. */
    gatewayFile: Type.Optional(Secret),
  },
  closed,
);
export type SetUpDone = Static<typeof GatewayDone>;

export const putCommand = <K extends SetUpKind>(kind: K) =>
  Type.Object({ idempotencyKey, entry: setUpEntries[kind] }, closed);
export const SetUpActCommand = Type.Object({ idempotencyKey }, closed);

/** Files as they are on the disk of whoever chose them. */
export const ImportCommand = Type.Object(
  {
    files: Type.Array(
      Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }), base64: Type.String() }, closed),
      { minItems: 1, maxItems: 15 },
    ),
    /** The system whose keys the rows carry. */
    system: Type.String({ minLength: 1, maxLength: 100 }),
    /** Of the dry run that was looked at; absent: only look. */
    mark: Type.Optional(Type.String({ maxLength: 100 })),
    leaveOutWrong: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type ImportCommand = Static<typeof ImportCommand>;

export const ImportView = Type.Object(
  {
    written: Type.Boolean(),
    /** Of what was found: to be sent to write exactly this. */
    mark: Type.String(),
    counts: Type.Array(Type.Object({ kind: Type.String(), fresh: Type.Integer(), changed: Type.Integer() }, closed)),
    /** The first of them; `counts` has them all. */
    differences: Type.Array(
      Type.Object(
        {
          place: Type.String(),
          key: Type.String(),
          kind: Type.String(),
          change: oneOf(['new', 'changed']),
          fields: Type.Array(
            Type.Object(
              { name: Type.String(), from: Type.Optional(Type.Unknown()), to: Type.Optional(Type.Unknown()) },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    /** The first of the wrong cells and rows, and how many there are. */
    faults: Type.Array(FaultView),
    faultCount: Type.Integer(),
    gateways: Type.Array(
      Type.Object({ key: Type.String(), gatewayId: idOf('gateway'), token: Secret, file: Secret }, closed),
    ),
    readAtMs: Instant,
  },
  closed,
);
export type ImportView = Static<typeof ImportView>;
