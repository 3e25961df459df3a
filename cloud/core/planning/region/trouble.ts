import type { Fault } from '@kuluma/shared/errors.ts';

/** What can be wrong with a thing of a well-formed region. All else is planned; what the trouble is about is not. */
export const troubleCodes = [
  'duplicateId',
  'badNumber',
  'unknownTimeZone',
  'unknownSite',
  'unknownMachine',
  'unknownTechnician',
  'unknownDepot',
  'unknownPart',
  'unknownKit',
  'unknownVisit',
  'noTravel',
  'noSkill',
  'noCertificate',
  'noTool',
  'noArea',
  'noTechnician',
  'noPart',
  'windowNeverOpens',
  'fixedOutsideHours',
  'fixedClash',
  'linkBroken',
  'overCapacity',
] as const;
export type TroubleCode = (typeof troubleCodes)[number];

/** Where (a JSON pointer into the form), what, and what to do. */
export interface Trouble extends Fault {
  readonly code: TroubleCode;
  /** The visit that is not planned because of it. */
  readonly visit?: string;
}
