import type { BoardPlan } from '../core/planning/live/board-plan.ts';
import type { Records } from '../ports.ts';
import type { BoardRecords } from './board-records.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

export type BoardDeps = Pick<PipelineDeps, 'travel' | 'clock' | 'random'> & { readonly records: Records };

/** The board as it was at a moment. */
export interface BoardNow extends BoardRecords {
  readonly mark: number;
  /** Undefined where nobody is at work. */
  readonly plan: BoardPlan | undefined;
  /** Plans in which one pinned visit may be moved, made when they are asked for. */
  readonly unpinned: Map<string, Promise<BoardPlan | undefined>>;
}
