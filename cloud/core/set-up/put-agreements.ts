import { ContractEntry, holdsOn, latestOf, WarrantyEntry } from '@kuluma/shared/model/agreements.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { checkUnlike, isDay } from './checks.ts';
import type { Put } from './put-people.ts';
import { type Origin, sameJson, type World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

type AgreementKind = 'warranty' | 'serviceContract';
type Span = { readonly fromOn: string; readonly untilOn: string | null };

const dayBefore = (day: string): string => new Date(Date.parse(day) - dayMs).toISOString().slice(0, 10);

/** The agreement of a kind that the set-up speaks of: the one of a machine that began last. */
const agreementOf = <K extends AgreementKind>(
  world: World,
  kind: K,
  machineId: Id<'machine'>,
): RecordOf<K> | undefined => latestOf(world.where(kind, 'machineId', machineId));

const checkSpan = (field: string, { fromOn, untilOn }: Span, covers: readonly string[]): void => {
  for (const [name, day] of Object.entries({ fromOn, untilOn }))
    if (day !== null && !isDay(day)) throw new WrongEntry(`${field}/${name}`, 'noDay', `there is no day ${day}`);
  if (untilOn !== null && untilOn < fromOn)
    throw new WrongEntry(`${field}/untilOn`, 'backwards', 'the last day comes before the first');
  checkUnlike(`${field}/covers`, covers);
};

/** Ends an agreement on a day: what held until then stays known. */
const endsOn = <K extends AgreementKind>(world: World, kind: K, record: RecordOf<K>, day: string, origin: Origin) => {
  const { fromOn, untilOn } = record as Span;
  if (untilOn !== null && untilOn <= day) return;
  const ended = { untilOn: day < fromOn ? fromOn : day };
  world.change(kind, record, ended as Parameters<typeof world.change<K>>[2], origin);
};

/**
 * Says what is agreed for a machine. What is the same agreement is brought up to date; another one ends the one before it.
 * @param given null: it ends today; undefined: as it was
 */
const putAgreement = <K extends AgreementKind>(
  { world, origin }: Put,
  kind: K,
  machineId: Id<'machine'>,
  given: Span | null | undefined,
  isSame: (known: RecordOf<K>) => boolean,
  fields: object,
): void => {
  if (given === undefined) return;
  const known = agreementOf(world, kind, machineId);
  if (given === null) {
    if (known) endsOn(world, kind, known, world.today, origin);
    return;
  }
  if (known && isSame(known)) {
    world.change(kind, known, given as unknown as Parameters<typeof world.change<K>>[2], origin);
    return;
  }
  const field = kind === 'warranty' ? 'warranty' : 'contract';
  if (known && given.fromOn <= (known as Span).fromOn)
    throw new WrongEntry(`${field}/fromOn`, 'backwards', 'the one before it began later');
  if (known) endsOn(world, kind, known, dayBefore(given.fromOn), origin);
  world.insert(kind, { machineId, ...given, ...fields } as unknown as Parameters<typeof world.insert<K>>[1], origin);
};

/** Null: it ends today; undefined: as it was. */
export interface GivenAgreements {
  readonly warranty?: WarrantyEntry | null | undefined;
  readonly contract?: ContractEntry | null | undefined;
}

/**
 * A contract ends with the ownership of the machine: what was agreed with one owner holds for no other.
 * @returns what is given for the owner of now; a form that hands back the contract of the one before says nothing
 */
const contractOfOwner = (
  { world, origin }: Put,
  { machineId, ownerId }: { readonly machineId: Id<'machine'>; readonly ownerId: Id<'owner'> | null },
  given: GivenAgreements['contract'],
): GivenAgreements['contract'] => {
  const others = world.where('serviceContract', 'machineId', machineId).filter((one) => one.ownerId !== ownerId);
  const isOfBefore = others.some((one) => sameJson(entryOfContract(one), given));
  for (const one of others) endsOn(world, 'serviceContract', one, world.today, origin);
  return isOfBefore ? undefined : given;
};

/** Warranty and service contract of a machine as a form or a row gives them. @throws WrongEntry */
export const putAgreements = (
  put: Put,
  of: { readonly machineId: Id<'machine'>; readonly ownerId: Id<'owner'> | null },
  { warranty, contract: given }: GivenAgreements,
): void => {
  const { machineId, ownerId } = of;
  const contract = contractOfOwner(put, of, given);
  if (warranty) checkSpan('warranty', warranty, warranty.covers);
  if (contract) checkSpan('contract', contract, contract.covers);
  // Other days of a warranty that overlap are the same warranty, put right.
  const isSameWarranty = (known: RecordOf<'warranty'>) =>
    warranty !== null && warranty !== undefined && (holdsOn(known, warranty.fromOn) || holdsOn(warranty, known.fromOn));
  putAgreement(put, 'warranty', machineId, warranty, isSameWarranty, {});
  const isSameContract = (known: RecordOf<'serviceContract'>) =>
    known.number === contract?.number && known.ownerId === ownerId;
  if (contract && !ownerId) throw new WrongEntry('contract', 'noOwner', 'a contract needs an owner of the machine');
  putAgreement(put, 'serviceContract', machineId, contract, isSameContract, { ownerId });
};

const only = <T extends object>(schema: { readonly properties: object }, record: object | undefined): T | undefined =>
  record && (Object.fromEntries(Object.entries(record).filter(([name]) => name in schema.properties)) as T);

/** Of a record the part that a form shows. */
export const entryOfWarranty = (record: RecordOf<'warranty'> | undefined) => only<WarrantyEntry>(WarrantyEntry, record);
export const entryOfContract = (record: RecordOf<'serviceContract'> | undefined) =>
  only<ContractEntry>(ContractEntry, record);

/** Both as a form shows them, the contract that of the owner of now; absent where there is none. */
export const agreementsOf = (
  world: World,
  machineId: Id<'machine'>,
  ownerId: Id<'owner'> | null,
): { warranty?: WarrantyEntry; contract?: ContractEntry } => {
  const warranty = entryOfWarranty(agreementOf(world, 'warranty', machineId));
  const contracts = world.where('serviceContract', 'machineId', machineId).filter((one) => one.ownerId === ownerId);
  const contract = entryOfContract(latestOf(contracts));
  return { ...(warranty ? { warranty } : {}), ...(contract ? { contract } : {}) };
};
