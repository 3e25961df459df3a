import type { JobKind } from '../jobs.ts';
import type { NetworkLesson, TaughtNetwork } from './network.ts';

/** One network of a cross-fit: learns from the rows outside a fold and answers those in it. */
export interface NetworkFold extends Omit<NetworkLesson, 'rows' | 'heldRows'> {
  /** Fold of each row. */
  readonly fold: Int32Array;
  readonly held: number;
}

export interface NetworkAnswer {
  readonly backend: string;
  /** One entry a checkpoint; fewer when the time was over. */
  readonly taught: readonly TaughtNetwork[];
}

const rowsWhere = (fold: Int32Array, keep: (fold: number) => boolean): Int32Array =>
  Int32Array.from(fold.keys()).filter((row) => keep(fold[row] as number));

/** Teaches one network; null where nothing can teach it. */
export const teachFold: JobKind<NetworkFold, NetworkAnswer | null> = {
  name: 'teach-network',
  run: async ({ fold, held, ...lesson }, now, openTeacher) => {
    if (!openTeacher) return null;
    const teacher = await openTeacher();
    const rows = rowsWhere(fold, (f) => f !== held);
    const heldRows = rowsWhere(fold, (f) => f === held);
    return { backend: teacher.backend, taught: teacher.teach({ ...lesson, rows, heldRows }, now) };
  },
};
