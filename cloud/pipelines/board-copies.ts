import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { changedSource, settled } from '../core/planning/live/board-changes.ts';
import { type BoardSource, factsOf } from '../core/planning/live/board-facts.ts';
import { type BoardPlan, openBoard } from '../core/planning/live/board-plan.ts';
import type { CopyShelf } from '../ports.ts';
import { knownChange, planOf, refuseFirstDisplaced } from './board-known.ts';
import type { BoardDeps, BoardNow } from './board-now.ts';
import { createLookup } from './lookup.ts';
import { atPlaces, placesIn, type Repair, type SourceJson, sourceOfJson, sourceToJson } from './repair-board.ts';

/** A what-if copy of a plan, as it stands on the shelf under a number. After a restart of the database it is made again. */
export interface BoardCopy {
  readonly id: string;
  readonly organisationId: Id<'organisation'>;
  readonly number: number;
  readonly mark: number;
  /** What it was copied from. */
  readonly base: { readonly source: BoardSource; readonly plan: BoardPlan };
  readonly changes: readonly BoardChange[];
  /** With everything where the copy has it. */
  readonly source: BoardSource;
  readonly plan: BoardPlan;
  /** The number of the copy before its last change and all repair since; null for one as it was made. */
  readonly before: number | null;
}

/** What of a copy goes on in the next. */
type Origin = Pick<BoardCopy, 'id' | 'organisationId' | 'mark' | 'base' | 'source' | 'changes'>;

interface BaseJson {
  readonly mark: number;
  readonly source: SourceJson;
}
interface StateJson {
  readonly changes: readonly BoardChange[];
  readonly source: SourceJson;
}

export type CopyDeps = BoardDeps & { readonly copyShelf: CopyShelf; readonly repair: Repair };

/** Copies of an organisation whose plans are kept in memory; others are laid out again. */
const mostInMemory = 20;

export const noSuchCopy = (): AppError =>
  new AppError('NOT_FOUND', 'there is no such copy of the plan', { hint: 'make it again' });

/** Makes copies, goes on with them and forgets them: on a shelf that all processes see, with their plans in memory. */
export class BoardCopies {
  readonly #deps: CopyDeps;
  readonly #known = new Map<string, BoardCopy>();

  constructor(deps: CopyDeps) {
    this.#deps = deps;
  }

  /** Undefined for a copy of somebody else's organisation too. */
  async find(organisationId: Id<'organisation'>, id: string): Promise<BoardCopy | undefined> {
    const number = await this.#deps.copyShelf.head(organisationId, id);
    if (number === undefined) return undefined;
    const known = this.#known.get(id);
    return known?.number === number ? known : this.#read(organisationId, id, number, known);
  }

  /** @throws NOT_FOUND */
  async get(organisationId: Id<'organisation'>, id: string): Promise<BoardCopy> {
    const copy = await this.find(organisationId, id);
    if (copy) return copy;
    throw noSuchCopy();
  }

  /**
   * A copy with changes, and as many moves of a repair around what lost its place by them.
   * @param signal ends the repair, without a copy
   * @throws CONFLICT when a change itself is impossible
   */
  async make(
    id: string,
    { mark, source, plan }: BoardNow,
    organisationId: Id<'organisation'>,
    changes: readonly BoardChange[],
    repair: number,
    signal: AbortSignal,
  ): Promise<BoardCopy> {
    const origin: Origin = { id, organisationId, mark, base: { source, plan: planOf(plan) }, source, changes: [] };
    const next = await this.#worked(origin, changes, repair, signal);
    const base: BaseJson = { mark, source: sourceToJson(source) };
    await this.#deps.copyShelf.open(organisationId, id, base);
    return this.#keep({ ...next, number: 1, before: null });
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
    const next = await this.#worked(copy, changes, repair, signal);
    // A repair goes with the change that it follows.
    const isRepairAlone = changes.length === 0 && copy.before !== null;
    const before = isRepairAlone ? copy.before : copy.number;
    const kept = await this.#keep({ ...next, number: copy.number + 1, before });
    if (isRepairAlone) await this.#deps.copyShelf.forget(copy.id, copy.number);
    return kept;
  }

  /** @throws CONFLICT where there is nothing to undo */
  async undo(copy: BoardCopy): Promise<BoardCopy> {
    const nothing = () => new AppError('CONFLICT', 'there is nothing to undo in this copy');
    if (copy.before === null) throw nothing();
    const { copyShelf } = this.#deps;
    const earlier = await copyShelf.state(copy.id, copy.before);
    if (!earlier) throw nothing();
    const { changes, source } = earlier.body as StateJson;
    const origin: Origin = { ...copy, changes, source: sourceOfJson(source) };
    const next = await this.#worked(origin, [], 0, new AbortController().signal);
    return this.#keep({ ...next, number: copy.number + 1, before: earlier.before });
  }

  /** @throws NOT_FOUND */
  async drop(organisationId: Id<'organisation'>, id: string): Promise<void> {
    const { copyShelf } = this.#deps;
    if ((await copyShelf.head(organisationId, id)) === undefined) throw noSuchCopy();
    await copyShelf.drop(organisationId, id);
    this.#known.delete(id);
  }

  async #open(source: BoardSource): Promise<BoardPlan> {
    return planOf(await openBoard(factsOf(source), this.#deps.travel, this.#deps.random));
  }

  /** As another process, or this one before, has left it. */
  async #read(
    organisationId: Id<'organisation'>,
    id: string,
    number: number,
    known: BoardCopy | undefined,
  ): Promise<BoardCopy | undefined> {
    const { copyShelf } = this.#deps;
    const base = known ? undefined : ((await copyShelf.base(id)) as BaseJson | undefined);
    const state = await copyShelf.state(id, number);
    // Dropped, or gone on with, between two questions.
    if (!state || !(known || base)) return undefined;
    const { changes, source: sourceJson } = state.body as StateJson;
    const source = sourceOfJson(sourceJson);
    const mark = known?.mark ?? base?.mark ?? 0;
    const from = known?.base ?? (await this.#baseOf(base as BaseJson));
    const { before } = state;
    const plan = await this.#open(source);
    return this.#remember({ id, organisationId, number, mark, base: from, changes, source, plan, before });
  }

  async #baseOf({ source: json }: BaseJson): Promise<BoardCopy['base']> {
    const source = sourceOfJson(json);
    return { source, plan: await this.#open(source) };
  }

  async #worked(
    from: Origin,
    changes: readonly BoardChange[],
    repair: number,
    signal: AbortSignal,
  ): Promise<Omit<BoardCopy, 'number' | 'before'>> {
    const { records, clock } = this.#deps;
    const { id, organisationId, mark, base } = from;
    const lookup = createLookup(records, organisationId);
    let { source } = from;
    for (const change of changes)
      source = changedSource(source, await knownChange(lookup, source, change, clock.now()));
    let plan = await this.#open(source);
    refuseFirstDisplaced(plan);
    if (repair > 0) {
      source = settled(source);
      source = atPlaces(source, await this.#deps.repair({ organisationId, source, moves: repair }, signal));
      plan = await this.#open(source);
    } else source = atPlaces(source, placesIn(source, plan));
    return { id, organisationId, mark, base, changes: [...from.changes, ...changes], source, plan };
  }

  /** @throws CONFLICT where somebody else went on with the copy, or dropped it */
  async #keep(copy: BoardCopy): Promise<BoardCopy> {
    const { id, number, before, changes, source } = copy;
    const body: StateJson = { changes, source: sourceToJson(source) };
    if (await this.#deps.copyShelf.keep(id, { number, before, body })) return this.#remember(copy);
    throw new AppError('CONFLICT', 'the copy was dropped or changed meanwhile', { hint: 'make it again' });
  }

  #remember(copy: BoardCopy): BoardCopy {
    this.#known.delete(copy.id);
    this.#known.set(copy.id, copy);
    const own = [...this.#known.values()].filter(({ organisationId }) => organisationId === copy.organisationId);
    for (const old of own.slice(0, -mostInMemory)) this.#known.delete(old.id);
    return copy;
  }
}
