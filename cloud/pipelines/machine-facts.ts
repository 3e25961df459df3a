import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ComponentType } from '@kuluma/shared/model/machines.ts';
import { runsAt } from '../core/offers/legal-basis.ts';
import { stands } from '../core/set-up/missing.ts';
import { type Lookup, needed } from './lookup.ts';

export const machineModelOf = async (lookup: Lookup, machineId: string): Promise<RecordOf<'machineModel'>> => {
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  return needed(await lookup.get('machineModel', machine.machineModelId), 'machine model');
};

/** Where the machine stands at an instant, if it is known. */
export const siteOf = async (
  lookup: Lookup,
  machineId: string,
  atMs: number,
): Promise<RecordOf<'site'> | undefined> => {
  const placements = await lookup.by('machinePlacement', 'machineId', machineId);
  const placement = placements.find(({ period }) => runsAt(period, atMs));
  return placement && lookup.get('site', placement.siteId);
};

/** Whose the machine is at an instant, if it is anyone's. */
export const ownerIdOf = async (lookup: Lookup, machineId: string, atMs: number): Promise<Id<'owner'> | undefined> =>
  (await lookup.by('machineOwnership', 'machineId', machineId)).find(({ period }) => runsAt(period, atMs))?.ownerId;

/** What the contract of the machine's owner promises; undefined where it promises nothing. */
export const serviceLevelOf = async (
  lookup: Lookup,
  machineId: string,
  atMs: number,
): Promise<RecordOf<'owner'>['serviceLevel']> => {
  const ownerId = await ownerIdOf(lookup, machineId, atMs);
  return ownerId && (await lookup.get('owner', ownerId))?.serviceLevel;
};

export const installedComponents = async (
  lookup: Lookup,
  machineId: string,
  atMs: number,
): Promise<RecordOf<'component'>[]> =>
  (await lookup.by('component', 'machineId', machineId)).filter(({ period }) => runsAt(period, atMs));

/** What a repair needs: its list and all parts of its kit, which are needed for certain; each part once. */
export const partsListOf = async (lookup: Lookup, { bom, kitId }: ComponentType): Promise<ComponentType['bom']> => {
  const kit = kitId && (await lookup.get('kit', kitId));
  if (!kit) return bom;
  const lines = new Map(bom.map((line) => [line.partId, line]));
  for (const { partId, quantity } of kit.lines)
    lines.set(partId, { partId, quantity: quantity + (lines.get(partId)?.quantity ?? 0), useProbability: 1 });
  return [...lines.values()];
};

/** The catalogue entry of a component, with the parts of its kit; undefined when the machine's model does not know it. */
export const componentTypeOf = async (
  lookup: Lookup,
  component: RecordOf<'component'>,
): Promise<ComponentType | undefined> => {
  const { componentTypes } = await machineModelOf(lookup, component.machineId);
  const type = componentTypes.find(({ code }) => code === component.componentCode);
  return type && { ...type, bom: await partsListOf(lookup, type) };
};

/** The newest forecast of a component, if there is one. */
export const lastForecastOf = async (lookup: Lookup, componentId: string): Promise<RecordOf<'forecast'> | undefined> =>
  (await lookup.list('forecast', { where: { componentId }, newestFirst: true, limit: 1 }))[0];

/** The newest of what is in the machine at an instant in the place of the component that a matter was about. */
export const forecastSince = async (
  lookup: Lookup,
  { recommendationId, machineId }: Pick<RecordOf<'offer'>, 'recommendationId' | 'machineId'>,
  atMs: number,
): Promise<RecordOf<'forecast'> | undefined> => {
  const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
  const about = needed(await lookup.get('component', recommendation.componentId), 'component');
  const installed = (await installedComponents(lookup, machineId, atMs)).find(
    ({ componentCode }) => componentCode === about.componentCode,
  );
  return installed && lastForecastOf(lookup, installed.id);
};

/** The owner's contact who decides about offers: an approver, else whoever there is. */
export const approverOf = async (lookup: Lookup, ownerId: Id<'owner'>): Promise<RecordOf<'contact'> | undefined> => {
  const contacts = (await lookup.by('contact', 'ownerId', ownerId)).filter(stands);
  return contacts.find(({ contactRoles }) => contactRoles.includes('approver')) ?? contacts[0];
};

/** Where the contact is taken to be: where the first of their machines stands, else with the service company. */
export const zoneOfContact = async (
  lookup: Lookup,
  { ownerId }: Pick<RecordOf<'contact'>, 'ownerId'>,
  nowMs: number,
): Promise<string> => {
  for (const { machineId, period } of await lookup.by('machineOwnership', 'ownerId', ownerId)) {
    const site = runsAt(period, nowMs) ? await siteOf(lookup, machineId, nowMs) : undefined;
    if (site) return site.access.timeZone;
  }
  return needed(await lookup.get('organisation', lookup.organisationId), 'organisation').timeZone;
};
