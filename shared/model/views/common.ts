import { type Static, Type } from 'typebox';
import { closed, idOf, Language, LocalText, Location, orNull, TimeZone } from '../base.ts';
import { Role } from '../parties.ts';

/** What every screen shares: instants, problems, who I am, heads of machines. */

/** ISO 8601 instant in UTC, milliseconds and Z. */
export const IsoInstant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
export const isoOf = (ms: number): string => new Date(ms).toISOString();

export const FaultView = Type.Object(
  {
    path: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    /** For whoever words it in another language. */
    code: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    field: Type.Optional(Type.String()),
    value: Type.Optional(Type.String()),
  },
  closed,
);
export type FaultView = Static<typeof FaultView>;

/** Every error answer. `reference` finds the line in the log. */
export const ProblemView = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    faults: Type.Array(FaultView),
    reference: Type.String(),
  },
  closed,
);
export type ProblemView = Static<typeof ProblemView>;

/** Product time: equal to wall time but in a demo. The page shows now as `nowAt + elapsed wall time * rate`. */
export const ClockView = Type.Object({ nowAt: IsoInstant, rate: Type.Number(), demo: Type.Boolean() }, closed);
export type ClockView = Static<typeof ClockView>;

export const MeView = Type.Object(
  {
    organisationId: idOf('organisation'),
    organisationName: Type.String(),
    name: Type.String(),
    language: Language,
    roles: Type.Array(Role),
    timeZone: TimeZone,
    technicianId: orNull(idOf('technician')),
    ownerId: orNull(idOf('owner')),
  },
  closed,
);
export type MeView = Static<typeof MeView>;

const SiteHead = Type.Object(
  {
    siteId: idOf('site'),
    name: Type.String(),
    streetAddress: Type.String(),
    municipality: Type.String(),
    location: Location,
  },
  closed,
);
const OwnerHead = Type.Object({ ownerId: idOf('owner'), name: Type.String() }, closed);

/** A machine as every screen names it. */
export const MachineHead = Type.Object(
  {
    machineId: idOf('machine'),
    tag: Type.String(),
    serialNumber: Type.String(),
    modelCode: Type.String(),
    modelName: LocalText,
    /** In which people at it read their clocks: of its site, else of the service company. */
    timeZone: TimeZone,
    site: orNull(SiteHead),
    owner: orNull(OwnerHead),
  },
  closed,
);
export type MachineHead = Static<typeof MachineHead>;
