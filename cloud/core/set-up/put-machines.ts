import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { noToken } from '../access/ways-in.ts';
import { checkUnlike, referred } from './checks.ts';
import { holdsFrom, running } from './period.ts';
import { type GivenAgreements, putAgreements } from './put-agreements.ts';
import type { Put } from './put-people.ts';
import type { Fields } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

/** Each machine has one of every component of its model; what has failed or was replaced before stays as it was. */
const installComponents = (
  { world, origin }: Put,
  { id: machineId, commissionedAtMs }: RecordOf<'machine'>,
  { componentTypes }: Pick<RecordOf<'machineModel'>, 'componentTypes'>,
): void => {
  const there = new Set(world.where('component', 'machineId', machineId).map(({ componentCode }) => componentCode));
  const period = { fromMs: commissionedAtMs, toMs: null };
  for (const { code } of componentTypes)
    if (!there.has(code)) world.insert('component', { machineId, componentCode: code, period, endedBy: null }, origin);
};

/** A component type that machines have stays; a new one is in each machine of the model from its beginning on. */
export const putMachineModel = (
  put: Put,
  known: RecordOf<'machineModel'> | undefined,
  given: Fields<'machineModel'>,
): RecordOf<'machineModel'> => {
  const { world, origin, key } = put;
  const twin = world.where('machineModel', 'code', given.code).find(({ id }) => id !== known?.id);
  if (twin) throw new WrongEntry('code', 'taken', `another machine model has the code "${given.code}"`);
  checkUnlike(
    'componentTypes',
    given.componentTypes.map(({ code }) => code),
  );
  const machines = known ? world.where('machine', 'machineModelId', known.id) : [];
  const gone = known?.componentTypes.find(({ code }) => !given.componentTypes.some((type) => type.code === code));
  if (gone && machines.length > 0)
    throw new WrongEntry('componentTypes', 'inUse', `${machines.length} machine(s) have the component "${gone.code}"`);
  given.componentTypes.forEach(({ bom, kitId, tools = [] }, c) => {
    if (kitId) referred(world, 'kit', kitId, `componentTypes/${c}/kitId`);
    checkUnlike(`componentTypes/${c}/tools`, tools);
    bom.forEach(({ partId }, l) => {
      referred(world, 'part', partId, `componentTypes/${c}/bom/${l}/partId`);
    });
  });
  const model = world.put('machineModel', known, given, origin, key);
  for (const machine of machines) installComponents(put, machine, model);
  return model;
};

/** Since when something holds of a machine; its commissioning day stands in for what is not said. */
interface Since {
  readonly placedFromMs?: number | null;
  readonly ownedFromMs?: number | null;
}

/** @param given.siteId null: it stands nowhere from now on; `ownerId` alike */
export const putMachine = (
  put: Put,
  known: RecordOf<'machine'> | undefined,
  given: Fields<'machine'> & { siteId: Id<'site'> | null; ownerId: Id<'owner'> | null } & GivenAgreements,
  { placedFromMs, ownedFromMs }: Since = {},
): RecordOf<'machine'> => {
  const { world, origin, key } = put;
  const { siteId, ownerId, warranty, contract, ...fields } = given;
  const model = referred(world, 'machineModel', fields.machineModelId, 'machineModelId', known?.machineModelId);
  const about = known && { machineId: known.id };
  const stood = about && running(world, 'machinePlacement', about)?.siteId;
  const owned = about && running(world, 'machineOwnership', about)?.ownerId;
  if (siteId) referred(world, 'site', siteId, 'siteId', stood);
  if (ownerId) referred(world, 'owner', ownerId, 'ownerId', owned);
  const machine = world.put('machine', known, fields, origin, key);
  const { id: machineId, commissionedAtMs: sinceMs } = machine;
  holdsFrom(world, 'machinePlacement', { machineId }, siteId && { siteId }, placedFromMs ?? sinceMs, origin);
  holdsFrom(world, 'machineOwnership', { machineId }, ownerId && { ownerId }, ownedFromMs ?? sinceMs, origin);
  putAgreements(put, { machineId, ownerId }, { warranty, contract });
  installComponents(put, machine, model);
  return machine;
};

/** A gateway that is known keeps its token; a new one has none that opens until it is given one. */
export const putGateway = (
  { world, origin, key }: Put,
  known: RecordOf<'gateway'> | undefined,
  given: Omit<Fields<'gateway'>, 'tokenHash'>,
): RecordOf<'gateway'> => {
  referred(world, 'site', given.siteId, 'siteId', known?.siteId);
  return world.put('gateway', known, { ...given, tokenHash: known?.tokenHash ?? noToken }, origin, key);
};

/** @param given.gatewayId null: nothing feeds it from now on; undefined: as it was */
export const putPoint = (
  { world, origin, key }: Put,
  known: RecordOf<'measurementPoint'> | undefined,
  given: Fields<'measurementPoint'> & { gatewayId: Id<'gateway'> | null | undefined; source: string },
): RecordOf<'measurementPoint'> => {
  const { gatewayId, source, ...fields } = given;
  const machine = referred(world, 'machine', fields.machineId, 'machineId', known?.machineId);
  const twin = world
    .where('measurementPoint', 'machineId', machine.id)
    .find(({ id, name }) => name === fields.name && id !== known?.id);
  if (twin) throw new WrongEntry('name', 'taken', `the machine "${machine.tag}" has another point "${fields.name}"`);
  const fed = known && running(world, 'pointAssignment', { pointId: known.id })?.gatewayId;
  if (gatewayId) referred(world, 'gateway', gatewayId, 'gatewayId', fed);
  const point = world.put('measurementPoint', known, fields, origin, key);
  const feed = gatewayId && { gatewayId, source: source || `${machine.tag}/${fields.name}` };
  holdsFrom(world, 'pointAssignment', { pointId: point.id }, feed, world.nowMs, origin);
  return point;
};
