import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordKind } from '@kuluma/shared/model/kinds.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { factsOf } from '../core/planning/live/board-facts.ts';
import { type BoardPlan, openBoard } from '../core/planning/live/board-plan.ts';
import type { RecordsWritten } from '../ports.ts';
import { BoardCopies, type CopyDeps } from './board-copies.ts';
import { planOf } from './board-known.ts';
import type { BoardDeps, BoardNow } from './board-now.ts';
import { readBoard } from './board-records.ts';
import { markOf } from './board-steps.ts';
import { createLookup } from './lookup.ts';

/** A board is laid out anew after so much product time: what has begun meanwhile cannot be moved any more. */
const freshMs = minuteMs;

/** Records that a plan is laid out from. */
const planKinds: readonly RecordKind[] = [
  'organisation',
  'technician',
  'depot',
  'site',
  'part',
  'stockMovement',
  'machinePlacement',
  'machineOwnership',
  'owner',
  'recommendation',
  'offer',
  'slotHold',
  'visit',
  'boardStep',
];
export const changesPlan = ({ kinds }: RecordsWritten): boolean => planKinds.some((kind) => kinds.has(kind));

/** Keeps the plan of each organisation that somebody looks at in memory, so that a question is answered while it is dragged. */
export class BoardRoom {
  readonly copies: BoardCopies;
  readonly #deps: BoardDeps;
  readonly #boards = new Map<string, Promise<BoardNow>>();
  readonly #unwatch: () => void;

  constructor(deps: CopyDeps) {
    this.#deps = deps;
    this.copies = new BoardCopies(deps);
    this.#unwatch = deps.records.watch((written) => {
      if (changesPlan(written)) this.#boards.delete(written.organisationId);
    });
  }

  /** The board as it is; read anew after any change of its records. */
  async now(organisationId: Id<'organisation'>): Promise<BoardNow> {
    const nowMs = this.#deps.clock.now();
    const known = this.#boards.get(organisationId);
    const board = known && (await known);
    if (board && Math.abs(nowMs - board.nowMs) < freshMs && this.#boards.get(organisationId) === known) return board;
    const reading = this.#read(organisationId, nowMs);
    this.#boards.set(organisationId, reading);
    reading.catch(() => this.#boards.delete(organisationId));
    return reading;
  }

  /** The plan in which a question about an entry is answered: a copy, or the plan itself; one that is pinned is let go for it. */
  async planFor(
    organisationId: Id<'organisation'>,
    copyId: string | undefined,
    entryId: string,
  ): Promise<{ readonly plan: BoardPlan; readonly mark: number }> {
    if (copyId !== undefined) {
      const { plan, mark } = await this.copies.get(organisationId, copyId);
      return { plan, mark };
    }
    const board = await this.now(organisationId);
    return { plan: planOf(await this.#letGo(board, entryId)), mark: board.mark };
  }

  stop(): void {
    this.#unwatch();
    this.#boards.clear();
  }

  async #read(organisationId: Id<'organisation'>, nowMs: number): Promise<BoardNow> {
    const { records, travel, random } = this.#deps;
    const read = await readBoard(createLookup(records, organisationId), nowMs);
    const plan = await openBoard(factsOf(read.source), travel, random);
    return { ...read, mark: markOf(read.steps), plan, unpinned: new Map() };
  }

  async #letGo({ plan, source, unpinned }: BoardNow, entryId: string): Promise<BoardPlan | undefined> {
    const work = source.works.find(({ id }) => id === entryId);
    if (work?.mode !== 'pinned' || work.told === null) return plan;
    const known = unpinned.get(entryId);
    if (known) return known;
    const works = source.works.map((one) => (one === work ? { ...one, mode: 'movable' as const } : one));
    const { travel, random } = this.#deps;
    const opening = openBoard(factsOf({ ...source, works }), travel, random);
    unpinned.set(entryId, opening);
    return opening;
  }
}
