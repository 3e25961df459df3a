import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { changedSource, settled } from '../core/planning/live/board-changes.ts';
import { type BoardSource, factsOf } from '../core/planning/live/board-facts.ts';
import { type BoardPlan, openBoard, secondIn } from '../core/planning/live/board-plan.ts';
import { secondIdOf } from '../core/planning/region/compile.ts';
import { instantAt } from '../core/planning/region/time-axis.ts';
import { knownChange, planOf, refuseFirstDisplaced } from './board-known.ts';
import type { BoardDeps, BoardNow } from './board-now.ts';
import { createLookup } from './lookup.ts';

/** A what-if copy of a plan. It is in memory only: after a restart it is made again. */
export interface BoardCopy {
  readonly id: string;
  readonly organisationId: Id<'organisation'>;
  readonly mark: number;
  /** What it was copied from. */
  readonly base: BoardNow;
  readonly changes: readonly BoardChange[];
  /** With everything where the copy has it. */
  readonly source: BoardSource;
  readonly plan: BoardPlan;
  /** The copy before its last change and all repair since; null for one as it was made. */
  readonly before: Earlier | null;
}

/** A copy as it was; its plan is laid out again when somebody goes back to it. */
type Earlier = Pick<BoardCopy, 'changes' | 'source' | 'before'>;

/** Steps that can be undone in a copy. */
const mostSteps = 20;

const cutAt = (earlier: Earlier | null, steps: number): Earlier | null =>
  earlier && steps > 0 ? { ...earlier, before: cutAt(earlier.before, steps - 1) } : null;

/**
 * Repairs a plan in turns with everything else that the process does.
 * @throws CONFLICT as soon as nobody wants it any more
 */
const repairInTurns = async ({ live }: BoardPlan, moves: number, isWanted: () => boolean): Promise<void> => {
  for (const _ of live.repairing({ moves })) {
    await new Promise((resume) => setImmediate(resume));
    if (!isWanted()) throw new AppError('CONFLICT', 'the re-plan was stopped', { hint: 'everything is as it was' });
  }
};

/** Copies of an organisation that are kept; the oldest goes. */
const mostCopies = 20;

/** Everything where a plan has it. */
const withStands = (source: BoardSource, plan: BoardPlan): BoardSource => {
  const { live, compiled, numberOf } = plan;
  const { stands } = live.situation();
  return {
    ...source,
    works: source.works.map((work) => {
      const stand = stands[numberOf(work.id) ?? -1];
      const technicianId = compiled.shifts[stand?.vehicle ?? -1]?.technician.id;
      if (!stand || technicianId === undefined || work.mode === 'begun') return work;
      const place = { technicianId, ...secondIn(plan, work.id), startMs: instantAt(compiled.axis, stand.start) };
      return { ...work, place, mode: work.mode === 'sought' ? 'movable' : work.mode };
    }),
  };
};

/** Around what a repair looks: all that has no place though it should have one; if there is none, all that may be moved. */
const soughtIn = (source: BoardSource, { displaced, numberOf }: BoardPlan): string[] => {
  const sought = source.works.filter(({ mode }) => mode === 'sought').map(({ id }) => id);
  const lost = [...displaced, ...sought];
  const asked = lost.length > 0 ? lost : source.works.filter(({ mode }) => mode === 'movable').map(({ id }) => id);
  return asked.flatMap((id) => [id, secondIdOf(id)]).filter((id) => numberOf(id) !== undefined);
};

/** Makes copies, goes on with them and forgets them. */
export class BoardCopies {
  readonly #deps: BoardDeps;
  readonly #copies = new Map<string, BoardCopy>();

  constructor(deps: BoardDeps) {
    this.#deps = deps;
  }

  /** @throws NOT_FOUND for a copy of somebody else's organisation too */
  get(organisationId: string, id: string): BoardCopy {
    const copy = this.#copies.get(id);
    if (copy?.organisationId === organisationId) return copy;
    throw new AppError('NOT_FOUND', 'there is no such copy of the plan', { hint: 'make it again' });
  }

  /**
   * A copy with changes, and as many moves of a repair around what lost its place by them.
   * @param signal ends the repair, without a copy
   * @throws CONFLICT when a change itself is impossible
   */
  async make(
    id: string,
    base: BoardNow,
    organisationId: Id<'organisation'>,
    changes: readonly BoardChange[],
    repair: number,
    signal: AbortSignal,
  ) {
    const { source } = base;
    return this.#keep(
      { id, organisationId, mark: base.mark, base, changes: [], source, before: null },
      changes,
      repair,
      () => !signal.aborted,
    );
  }

  /**
   * The copy with more changes, or repaired further.
   * @param signal ends the repair; the copy is then as it was
   * @throws CONFLICT also where the copy was dropped or changed meanwhile
   */
  async goOn(
    copy: BoardCopy,
    changes: readonly BoardChange[],
    repair: number,
    signal: AbortSignal,
  ): Promise<BoardCopy> {
    const { changes: so, source } = copy;
    const now: Earlier = { changes: so, source, before: copy.before };
    // A repair goes with the change that it follows.
    const before = changes.length > 0 ? cutAt(now, mostSteps) : (copy.before ?? now);
    return this.#keep(
      { ...copy, before },
      changes,
      repair,
      () => !signal.aborted && this.#copies.get(copy.id) === copy,
    );
  }

  /** @throws CONFLICT where there is nothing to undo */
  async undo(copy: BoardCopy): Promise<BoardCopy> {
    if (!copy.before) throw new AppError('CONFLICT', 'there is nothing to undo in this copy');
    return this.#keep({ ...copy, ...copy.before }, [], 0, () => true);
  }

  drop(organisationId: string, id: string): void {
    this.get(organisationId, id);
    this.#copies.delete(id);
  }

  async #keep(
    from: Omit<BoardCopy, 'plan'>,
    changes: readonly BoardChange[],
    repair: number,
    isWanted: () => boolean,
  ): Promise<BoardCopy> {
    const { travel, random, records, clock } = this.#deps;
    const lookup = createLookup(records, from.organisationId);
    let { source } = from;
    for (const change of changes)
      source = changedSource(source, await knownChange(lookup, source, change, clock.now()));
    let plan = planOf(await openBoard(factsOf(source), travel, random));
    refuseFirstDisplaced(plan);
    if (repair > 0) {
      source = settled(source);
      plan = planOf(await openBoard(factsOf(source), travel, random));
      plan.live.apply({ kind: 'asked', visits: soughtIn(source, plan) });
      await repairInTurns(plan, repair, isWanted);
    }
    const copy = { ...from, changes: [...from.changes, ...changes], source: withStands(source, plan), plan };
    this.#copies.delete(copy.id);
    this.#copies.set(copy.id, copy);
    const own = [...this.#copies.values()].filter(({ organisationId }) => organisationId === copy.organisationId);
    for (const old of own.slice(0, -mostCopies)) this.#copies.delete(old.id);
    return copy;
  }
}
