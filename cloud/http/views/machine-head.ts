import type { ComponentType } from '@kuluma/shared/model/machines.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import * as facts from '../../pipelines/machine-facts.ts';

/** A machine with the site and owner that it has at an instant. */
export const machineHeadOf = async (lookup: Lookup, machineId: string, atMs: number): Promise<MachineHead> => {
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  const model = await facts.machineModelOf(lookup, machineId);
  const site = await facts.siteOf(lookup, machineId, atMs);
  const ownerId = await facts.ownerIdOf(lookup, machineId, atMs);
  const owner = ownerId && (await lookup.get('owner', ownerId));
  return {
    machineId: machine.id,
    tag: machine.tag,
    serialNumber: machine.serialNumber,
    modelCode: model.code,
    modelName: model.name,
    timeZone:
      site?.access.timeZone ?? needed(await lookup.get('organisation', lookup.organisationId), 'organisation').timeZone,
    site: site
      ? {
          siteId: site.id,
          name: site.name,
          streetAddress: site.streetAddress,
          municipality: site.municipality,
          location: site.location,
        }
      : null,
    owner: owner ? { ownerId: owner.id, name: owner.name } : null,
  };
};

/** The catalogue entry of a component that something was forecast or recommended for. */
export const componentTypeOf = async (lookup: Lookup, componentId: string): Promise<ComponentType> =>
  needed(
    await facts.componentTypeOf(lookup, needed(await lookup.get('component', componentId), 'component')),
    'component type',
  );
