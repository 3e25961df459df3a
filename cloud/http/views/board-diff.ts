import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardCopyView, BoardDiffView } from '@kuluma/shared/model/views/board.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { BoardWork } from '../../core/planning/live/board-facts.ts';
import { type BoardPlan, secondIn } from '../../core/planning/live/board-plan.ts';
import { allWays } from '../../core/planning/live/board-ways.ts';
import { diffOf, type NamedStand } from '../../core/planning/live/plan-diff.ts';
import { firstIdOf } from '../../core/planning/region/compile.ts';
import { instantAt } from '../../core/planning/region/time-axis.ts';
import { type BoardDifference, changedWorks } from '../../pipelines/board-commit.ts';
import type { BoardCopy } from '../../pipelines/board-copies.ts';
import { breaksPromise } from '../../pipelines/board-effects.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { technicianNameOf } from '../../pipelines/technician-names.ts';
import { unplannedReasons } from './board-places.ts';

/** The machine and site that an entry is about. */
const aboutOf = async (lookup: Lookup, { id, asked }: BoardWork): Promise<{ machineTag: string; siteName: string }> => {
  const machineId = id.startsWith('mch_')
    ? id
    : ((await lookup.get('visit', id)) ?? (await lookup.get('recommendation', id)))?.machineId;
  const machine = machineId === undefined ? undefined : await lookup.get('machine', machineId);
  return { machineTag: machine?.tag ?? '', siteName: (await lookup.get('site', asked.site))?.name ?? '' };
};

const standOf = async (lookup: Lookup, { compiled }: BoardPlan, stand: NamedStand | null) => {
  const vehicle = compiled.spec.vehicles.findIndex(({ id }) => id === stand?.vehicle);
  const technicianId = compiled.shifts[vehicle]?.technician.id as Id<'technician'> | undefined;
  if (!stand || !technicianId) return null;
  return {
    technicianId,
    technicianName: await technicianNameOf(lookup, technicianId),
    startAt: isoOf(instantAt(compiled.axis, stand.start)),
    endAt: isoOf(instantAt(compiled.axis, stand.end)),
  };
};

/** Promises that were broken cost what the objective says, whoever broke them; visits without a place are listed instead. */
const termsAddedOf = (difference: BoardDifference, terms: Readonly<Record<string, number>>): Record<string, number> => {
  const { sourceBefore, sourceAfter } = difference;
  const moveEuros = sourceBefore.region.prices.moveCents / 100;
  const before = new Map(sourceBefore.works.map((work) => [work.id, work.place]));
  let stability = 0;
  for (const { id, told, place } of changedWorks(sourceBefore, sourceAfter)) {
    const was = before.get(id);
    if (!told || !was || !place) continue;
    if (was.startMs !== place.startMs) stability += moveEuros;
    if (was.technicianId !== place.technicianId) stability += moveEuros;
  }
  const { stability: _, unassigned: __, ...others } = terms;
  const all = stability === 0 ? others : { ...others, stability };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, euros]) => {
      const cents = Math.round(100 * euros);
      return cents === 0 ? [] : [[name, cents]];
    }),
  );
};

/** What changes made of a plan. */
export const diffViewOf = async (lookup: Lookup, difference: BoardDifference): Promise<BoardDiffView> => {
  const { before, after, sourceBefore, sourceAfter } = difference;
  const diff = diffOf(before.live.moment(), after.live.moment());
  const works = new Map([...sourceBefore.works, ...sourceAfter.works].map((work) => [work.id, work]));
  const moves: BoardDiffView['moves'] = [];
  const moved = new Set(diff.moves.map(({ visit }) => visit));
  for (const { visit, how, from, to } of diff.moves) {
    // Who comes along is told by itself only where nothing else of the visit changes.
    const first = firstIdOf(visit);
    const work = first !== undefined && moved.has(first) ? undefined : works.get(first ?? visit);
    if (!work) continue;
    const startMs = to ? instantAt(after.compiled.axis, to.start) : undefined;
    moves.push({
      entryId: work.id,
      ...(await aboutOf(lookup, work)),
      how,
      from: await standOf(lookup, before, from),
      to: await standOf(lookup, after, to),
      needsConfirmation: startMs !== undefined && breaksPromise(work.told, startMs),
    });
  }
  const { unassigned: _ = 0, ...termsBefore } = before.live.moment().terms;
  const costBeforeCents = Math.round(100 * Object.values(termsBefore).reduce((sum, euros) => sum + euros, 0));
  const termsAdded = termsAddedOf(difference, diff.termsAdded);
  const addedCents = Object.values(termsAdded).reduce((sum, cents) => sum + cents, 0);
  return { moves, costBeforeCents, costAfterCents: costBeforeCents + addedCents, termsAdded };
};

/** A what-if copy, and what became of the plan in it. */
export const copyViewOf = async (lookup: Lookup, copy: BoardCopy): Promise<BoardCopyView> => {
  const { id, mark, changes, base, plan, source } = copy;
  const before = needed(base.plan, 'plan');
  const ways = allWays(plan);
  const { stands } = plan.live.situation();
  const visits: BoardCopyView['visits'] = [];
  const lost: string[] = [];
  for (const work of source.works) {
    const at = plan.numberOf(work.id) ?? -1;
    const stand = stands[at];
    const technicianId = plan.compiled.shifts[stand?.vehicle ?? -1]?.technician.id as Id<'technician'> | undefined;
    const own = ways.get(at);
    if (stand && technicianId && own)
      visits.push({
        entryId: work.id,
        technicianId,
        secondTechnicianId: (secondIn(plan, work.id).secondTechnicianId ?? null) as Id<'technician'> | null,
        startAt: isoOf(instantAt(plan.compiled.axis, stand.start)),
        endAt: isoOf(instantAt(plan.compiled.axis, stand.end)),
        driveBefore: own.before,
        driveAfter: own.home ?? null,
      });
    else if (work.mode !== 'waiting') lost.push(work.id);
  }
  const reasons = await unplannedReasons(lookup, plan, lost);
  const unplanned = lost.map((entryId) => ({ entryId, reasons: reasons.get(entryId) ?? [] }));
  const difference = { before, after: plan, sourceBefore: base.source, sourceAfter: source };
  const diff = await diffViewOf(lookup, difference);
  return { copyId: id, mark, changes: [...changes], canUndo: copy.before !== null, diff, visits, unplanned };
};
