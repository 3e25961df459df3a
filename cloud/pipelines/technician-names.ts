import { busyTimes, type Slot } from '@kuluma/shared/model/service.ts';
import { type Lookup, needed } from './lookup.ts';

/** The name of a technician: personal data, which stands apart from the plan. */
export const technicianNameOf = async (lookup: Lookup, technicianId: string): Promise<string> => {
  const technician = needed(await lookup.get('technician', technicianId), 'technician');
  return needed(await lookup.get('person', technician.personId), 'person').name;
};

/** The names of all who come, the first technician's first. */
export const teamNameOf = async (lookup: Lookup, slot: Slot): Promise<string> =>
  (await Promise.all(busyTimes(slot).map(({ technicianId }) => technicianNameOf(lookup, technicianId)))).join(', ');
