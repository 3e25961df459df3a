import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import type { SetUpEntry } from '@kuluma/shared/model/views/set-up.ts';
import { type EndableKind, endEntry, resumeEntry } from '../core/set-up/end.ts';
import { entryKinds, recordOfKind, versionOf } from '../core/set-up/entries.ts';
import { createWorld, type World } from '../core/set-up/world.ts';
import { WrongEntry } from '../core/set-up/wrong-entry.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';
import { obstaclesOf } from './end-obstacles.ts';
import { companyZone, createLookup } from './lookup.ts';
import { heldFor } from './set-up-held.ts';
import { type SetUpDeps, writeTouched } from './write-touched.ts';

interface Who {
  readonly organisationId: Id<'organisation'>;
  readonly actor: Actor;
}
/** One entry as somebody saw it. */
export interface SeenEntry<K extends SetUpKind = SetUpKind> extends Who {
  readonly kind: K;
  readonly id: string;
  readonly seenVersion: number;
}
export interface Changed {
  readonly id: string;
  /** Of a gateway that has one since now; it is kept nowhere. */
  readonly token?: string;
}

const readOnly: Pick<SetUpDeps, 'clock' | 'random'> = { clock: { now: () => 0 }, random: () => 0 };

const worldOf = async <K extends SetUpKind>(
  { clock, random }: Pick<SetUpDeps, 'clock' | 'random'>,
  reader: RecordReader,
  { organisationId, actor }: Who,
  of: { readonly kind: K; readonly id: string | null; readonly entry?: SetUpEntry<K> },
): Promise<World> => {
  const held = await heldFor(reader, organisationId, of.kind, of.id, of.entry);
  const timeZone = await companyZone(reader, organisationId);
  return createWorld({ held, organisationId, system: 'form', actor, nowMs: clock.now(), timeZone, random });
};

const originOf = (kind: SetUpKind) => ({ sheet: kind, line: 0, key: '' });
const nobody: Actor = { kind: 'policy', name: 'read' };

export interface ReadEntry<K extends SetUpKind> {
  readonly entry: SetUpEntry<K>;
  readonly version: number;
  /** Undefined for stock, which has none of its own. */
  readonly record: RecordOf<(typeof recordOfKind)[K]> | undefined;
}

/** One entry as it is. @throws NOT_FOUND */
export const readEntry = async <K extends SetUpKind>(
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  kind: K,
  id: string,
): Promise<ReadEntry<K>> => {
  const world = await worldOf(readOnly, reader, { organisationId, actor: nobody }, { kind, id });
  const entry = entryKinds[kind].read(world, id);
  if (!entry) throw new AppError('NOT_FOUND', `there is nothing of that id among the ${kind}`);
  const record = world.get(recordOfKind[kind], id);
  return { entry, version: versionOf(world, kind, id), record: record as ReadEntry<K>['record'] };
};

/** Turns what the core says of an entry into what a form can show at its field. */
const asInput = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WrongEntry)) throw error;
    const { field, message, hint, code } = error;
    const fault = { path: `/body/entry/${field}`, message, code, ...(hint ? { hint } : {}) };
    throw new AppError('INPUT_INVALID', message, { cause: error, faults: [fault] });
  }
};

/** Who changed an entry since somebody read it, and what of it. */
const conflictOf = async (tx: RecordReader, { organisationId, id }: SeenEntry): Promise<AppError> => {
  const [last] = await tx.list('setUpChange', organisationId, {
    where: { subjectId: id },
    newestFirst: true,
    limit: 1,
  });
  const by = last?.createdBy;
  const person = by?.kind === 'person' ? await tx.get('person', organisationId, by.personId) : undefined;
  const what = last?.fields.map(({ name }) => name).join(', ') || 'it';
  return new AppError('CONFLICT', `${person?.name ?? 'an import'} changed ${what} since it was read`, {
    hint: 'read it again, then decide again',
  });
};

const checkSeen = async (tx: RecordReader, world: World, seen: SeenEntry): Promise<void> => {
  const version = versionOf(world, seen.kind, seen.id);
  if (version === 0) throw new AppError('NOT_FOUND', `there is nothing of that id among the ${seen.kind}`);
  if (version !== seen.seenVersion) throw await conflictOf(tx, seen);
};

/** Makes an entry. @throws INPUT_INVALID with the field that cannot be so */
export const addEntry = async <K extends SetUpKind>(
  deps: SetUpDeps,
  tx: RecordTransaction,
  who: Who,
  kind: K,
  entry: SetUpEntry<K>,
): Promise<Changed> => {
  const world = await worldOf(deps, tx, who, { kind, id: null, entry });
  const id = asInput(() => entryKinds[kind].put(world, null, entry, originOf(kind)));
  const { made } = await writeTouched(deps, tx, world, who);
  return { id, ...(made[0] ? { token: made[0].token } : {}) };
};

/** Changes an entry that somebody saw. @throws NOT_FOUND, CONFLICT, INPUT_INVALID */
export const changeEntry = async <K extends SetUpKind>(
  deps: SetUpDeps,
  tx: RecordTransaction,
  seen: SeenEntry<K>,
  entry: SetUpEntry<K>,
): Promise<Changed> => {
  const { kind, id } = seen;
  const world = await worldOf(deps, tx, seen, { kind, id, entry });
  await checkSeen(tx, world, seen);
  asInput(() => entryKinds[kind].put(world, id, entry, originOf(kind)));
  await writeTouched(deps, tx, world, seen);
  return { id };
};

/** Ends an entry, or takes it back into use. @throws NOT_FOUND, CONFLICT also while something stands in the way */
export const endOrResume = async (
  deps: SetUpDeps,
  tx: RecordTransaction,
  seen: SeenEntry<EndableKind>,
  act: 'end' | 'resume',
): Promise<Changed> => {
  const { kind, id, organisationId } = seen;
  const world = await worldOf(deps, tx, seen, { kind, id });
  await checkSeen(tx, world, seen);
  const obstacles =
    act === 'end' ? await obstaclesOf(createLookup(tx, organisationId), kind, id, deps.clock.now()) : [];
  if (obstacles.length > 0)
    throw new AppError('CONFLICT', `it is still in use: ${obstacles.map(({ code, count }) => `${code} ${count}`)}`, {
      faults: obstacles.map(({ code, count }) => ({ path: code, message: String(count) })),
    });
  (act === 'end' ? endEntry : resumeEntry)(world, kind, id, originOf(kind));
  await writeTouched(deps, tx, world, seen);
  return { id };
};

/** Gives a gateway another token; the one before opens nothing any more. @throws NOT_FOUND, CONFLICT */
export const renewToken = async (
  deps: SetUpDeps,
  tx: RecordTransaction,
  seen: SeenEntry<'gateways'>,
): Promise<Changed> => {
  const world = await worldOf(deps, tx, seen, seen);
  await checkSeen(tx, world, seen);
  const gateway = world.get('gateway', seen.id);
  if (!gateway || gateway.endedAtMs !== undefined)
    throw new AppError('CONFLICT', 'the gateway has ended', { hint: 'take it back into use first' });
  const { token, tokenHash } = deps.secret();
  world.change('gateway', gateway, { tokenHash, certificates: [] }, originOf('gateways'));
  await writeTouched(deps, tx, world, seen);
  return { id: seen.id, token };
};
