/** What a planner sets up, by the name that it has in paths and pages. No schemas here: pages load this. */
export const setUpKinds = [
  'owners',
  'contacts',
  'sites',
  'machine-models',
  'machines',
  'points',
  'gateways',
  'technicians',
  'depots',
  'parts',
  'kits',
  'stock',
  'checklists',
  'documents',
] as const;
export type SetUpKind = (typeof setUpKinds)[number];

/** What a row of a list says of each kind beside its name, in this order. */
export const setUpColumns = {
  owners: ['contacts', 'machines', 'dataPurposes'],
  contacts: ['owner', 'contactRoles', 'channel'],
  sites: ['municipality', 'machines', 'gateways'],
  'machine-models': ['manufacturer', 'components', 'machines'],
  machines: ['model', 'serialNumber', 'site', 'owner', 'points'],
  points: ['machine', 'unit', 'gateway'],
  gateways: ['site', 'points'],
  technicians: ['depot', 'skills', 'certificates'],
  depots: ['technicians', 'parts'],
  parts: ['partName', 'price', 'leadTime', 'inStock'],
  kits: ['partName', 'parts'],
  stock: ['place', 'quantity'],
  checklists: ['checklistName', 'model', 'failureMode', 'items', 'edition'],
  documents: ['documentKind', 'about', 'language', 'audience', 'validFrom'],
} as const satisfies Record<SetUpKind, readonly string[]>;
export type SetUpColumn = (typeof setUpColumns)[SetUpKind][number];

/**
 * What is missing for the machines to be forecast and their visits planned, by the effect that it has: first what keeps a
 * machine from being forecast at all, then what keeps its visit from being planned, then what keeps people from hearing.
 */
export const missingCodes = [
  'noPoints',
  'noGateway',
  'noSamples',
  'noForecastModel',
  'noComponents',
  'neverHeard',
  'noSite',
  'noPartsList',
  'noSkills',
  'noHours',
  'certificateExpired',
  'noOwner',
  'noOwnerContact',
  'noContact',
  'noLegalBasis',
  'noAddress',
  'noFleetTraining',
  'noPrice',
  'noStock',
] as const;
export type MissingCode = (typeof missingCodes)[number];

/** Why something may not end yet. */
export const endObstacles = [
  'machinesOwned',
  'machinesHere',
  'gatewaysHere',
  'machinesOfModel',
  'visitsBooked',
  'offersOpen',
  'techniciansHere',
  'stockHere',
  'inStock',
  'onPartsLists',
  'inKits',
] as const;
export type EndObstacle = (typeof endObstacles)[number];

/** What is wrong with a field, beside what its schema says. */
export const entryFaults = [
  'taken',
  'twice',
  'gone',
  'noOwner',
  'ended',
  'inUse',
  'stays',
  'noDay',
  'noZone',
  'backwards',
  'future',
  'either',
  'endsFirst',
  'meets',
  'byAdmin',
  'noPicture',
] as const;
export type EntryFault = (typeof entryFaults)[number];
