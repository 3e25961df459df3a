import type { RequestRhythm } from '@kuluma/shared/model/agreements.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf, nextDay } from '../core/calendar/local-time.ts';
import type { OfferTerms } from '../core/offers/price.ts';
import { rhythmOf, type WatchedEnd, watchedDays } from '../core/offers/request-rhythm.ts';
import { stands } from '../core/set-up/missing.ts';
import { type MachineChance, machineChance, reckonedKinds, worthOf } from './contract-chances.ts';
import { companyZone, createLookup, type Lookup } from './lookup.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { termsNow } from './prices.ts';

export type ReckonDeps = Pick<PipelineDeps, 'records' | 'clock' | 'random'> & {
  /** As configured; what was set on the pages counts before it. */
  readonly terms: OfferTerms;
};

/** What owners ask of themselves; what an offer or a survey led to is not theirs alone. */
const asksForService = ({ origin }: RecordOf<'case'>): boolean => origin === 'faultReport' || origin === 'question';

/** The last year of a warranty, as far as its machine was known then; undefined for one of which nothing was seen. */
const watchedEnd = async (
  lookup: Lookup,
  { machineId, fromOn, untilOn }: RecordOf<'warranty'>,
  known: { readonly sinceMs: number; readonly nowMs: number; readonly timeZone: string },
): Promise<WatchedEnd | undefined> => {
  const endMs = instantOf(nextDay(untilOn), '00:00', known.timeZone);
  const fromMs = Math.max(instantOf(fromOn, '00:00', known.timeZone), known.sinceMs, endMs - watchedDays * dayMs);
  const toMs = Math.min(endMs, known.nowMs);
  if (fromMs >= toMs) return undefined;
  const cases = await lookup.by('case', 'machineId', machineId);
  const asked = cases.filter((one) => asksForService(one) && one.createdAtMs >= fromMs && one.createdAtMs < toMs);
  const daysBefore = (ms: number) => (endMs - ms) / dayMs;
  return {
    fromDays: daysBefore(fromMs),
    untilDays: daysBefore(toMs),
    requestDays: asked.map(({ createdAtMs }) => daysBefore(createdAtMs)),
  };
};

/** How owners of a model ask for service towards the end of its warranties. */
const rhythmOfModel = async (
  lookup: Lookup,
  machineModelId: string,
  at: { readonly nowMs: number; readonly timeZone: string },
): Promise<RequestRhythm | null> => {
  const ends: WatchedEnd[] = [];
  for (const { id, createdAtMs } of await lookup.by('machine', 'machineModelId', machineModelId))
    for (const warranty of await lookup.by('warranty', 'machineId', id)) {
      const end = await watchedEnd(lookup, warranty, { sinceMs: createdAtMs, ...at });
      if (end) ends.push(end);
    }
  return rhythmOf(ends);
};

type Reckoned = Pick<
  RecordOf<'contractReckoning'>,
  'machineId' | 'ownerId' | 'warrantyUntilOn' | 'modelVersion' | 'worth' | 'rhythm' | 'reckonedAtMs'
>;

const keep = (deps: ReckonDeps, organisationId: Id<'organisation'>, reckoned: Reckoned): Promise<void> =>
  deps.records.transact(async (tx) => {
    const { machineId, reckonedAtMs: nowMs } = reckoned;
    const [held] = await tx.list('contractReckoning', organisationId, { where: { machineId }, limit: 1 });
    if (held) {
      await tx.update('contractReckoning', { ...held, ...reckoned });
      return;
    }
    const createdBy = { kind: 'policy', name: 'contract-reckoning' } as const;
    const base = freshBase('contractReckoning', { organisationId, createdBy, nowMs, random: deps.random });
    await tx.insert('contractReckoning', { ...base, ...reckoned });
  });

/**
 * Reckons what a contract would be worth for each machine of an organisation whose warranty ends, and keeps it: what many
 * machines need takes seconds, which no page waits for. Other work has its turn between two machines.
 * @returns how many machines
 */
export const reckonContracts = async (
  deps: ReckonDeps,
  organisationId: Id<'organisation'>,
  signal?: AbortSignal,
): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  await lookup.preload(...reckonedKinds);
  const { prices } = await termsNow(lookup, deps.terms);
  const timeZone = await companyZone(deps.records, organisationId);
  const nowMs = deps.clock.now();
  const rhythms = new Map<string, Promise<RequestRhythm | null>>();
  let machines = 0;
  for (const machine of (await lookup.list('machine')).filter(stands)) {
    const chance = await machineChance(lookup, machine.id, nowMs);
    if (!chance) continue;
    const { machineId, ownerId, warrantyUntilOn, model } = chance;
    const ofModel = rhythms.get(model.id) ?? rhythmOfModel(lookup, model.id, { nowMs, timeZone });
    rhythms.set(model.id, ofModel);
    const rhythm = await ofModel;
    const worth = await worthOf(lookup, chance, prices, nowMs);
    const about = { machineId, ownerId, warrantyUntilOn, modelVersion: model.version };
    await keep(deps, organisationId, { ...about, worth, rhythm, reckonedAtMs: nowMs });
    machines++;
    await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
  }
  return machines;
};

/** What was reckoned last for a chance; undefined where it was another owner's, another warranty's or another contract's. */
export const reckoningOf = async (
  lookup: Lookup,
  { machineId, ownerId, warrantyUntilOn, model }: MachineChance,
): Promise<RecordOf<'contractReckoning'> | undefined> =>
  (await lookup.by('contractReckoning', 'machineId', machineId)).find(
    (one) => one.ownerId === ownerId && one.warrantyUntilOn === warrantyUntilOn && one.modelVersion === model.version,
  );
