import type { Id } from '@kuluma/shared/model/base.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { noToken } from '../access/ways-in.ts';
import { recordOfKind } from './entries.ts';
import { endsAt } from './period.ts';
import { aboutNotices, refuseErased } from './put-people.ts';
import type { Origin, World } from './world.ts';

/** Kinds that end; stock is counted to nothing instead. */
export type EndableKind = Exclude<SetUpKind, 'stock'>;
export const endableKinds = Object.keys(recordOfKind).filter((kind): kind is EndableKind => kind !== 'stock');

type After = (world: World, id: string, origin: Origin) => void;

const setRole = (world: World, technicianId: string, isTechnician: boolean, origin: Origin): void => {
  const technician = world.get('technician', technicianId);
  const person = technician && world.get('person', technician.personId);
  if (!person) return;
  const others = person.roles.filter((role) => role !== 'technician');
  world.change('person', person, { roles: isTechnician ? [...others, 'technician'] : others }, origin);
};

const endFeeds = (world: World, pointIds: readonly Id<'measurementPoint'>[], origin: Origin): void => {
  for (const pointId of pointIds) endsAt(world, 'pointAssignment', { pointId }, world.nowMs, origin);
};

/** What ends with it. */
const ending: { readonly [K in EndableKind]?: After } = {
  contacts: (world, id, origin) => endsAt(world, 'consent', aboutNotices(id as Id<'contact'>), world.nowMs, origin),
  machines: (world, id, origin) => {
    const about = { machineId: id as Id<'machine'> };
    const points = world.where('measurementPoint', 'machineId', id);
    endFeeds(
      world,
      points.map((point) => point.id),
      origin,
    );
    endsAt(world, 'machinePlacement', about, world.nowMs, origin);
    endsAt(world, 'machineOwnership', about, world.nowMs, origin);
  },
  points: (world, id, origin) => endFeeds(world, [id as Id<'measurementPoint'>], origin),
  gateways: (world, id, origin) => {
    const gateway = world.get('gateway', id);
    if (gateway) world.change('gateway', gateway, { tokenHash: noToken, certificates: [] }, origin);
    const fed = world.where('pointAssignment', 'gatewayId', id).filter(({ period }) => period.toMs === null);
    endFeeds(
      world,
      fed.map(({ pointId }) => pointId),
      origin,
    );
  },
  technicians: (world, id, origin) => setRole(world, id, false, origin),
};

/** Ends what is set up: from now on it is in no plan and no list of what there is, and its past stays. */
export const endEntry = (world: World, kind: EndableKind, id: string, origin: Origin): void => {
  const record = world.get(recordOfKind[kind], id);
  if (!record || record.endedAtMs !== undefined) return;
  ending[kind]?.(world, id, origin);
  const now = world.get(recordOfKind[kind], id) ?? record;
  world.change(recordOfKind[kind], now, { endedAtMs: world.nowMs }, origin);
};

/** Takes back into use what had ended. What ended with it is not known to hold again: its form says what does. */
export const resumeEntry = (world: World, kind: EndableKind, id: string, origin: Origin): void => {
  const record = world.get(recordOfKind[kind], id);
  if (!record || record.endedAtMs === undefined) return;
  if ('erasedAtMs' in record) refuseErased(record);
  world.resume(recordOfKind[kind], record, origin);
  if (kind === 'technicians') setRole(world, id, true, origin);
};
