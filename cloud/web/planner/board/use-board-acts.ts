import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type {
  BoardChangedView,
  BoardCopyView,
  BoardQuoteView,
  BoardStepView,
  BoardView,
} from '@kuluma/shared/model/views/board.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { deleteAt, getJson, ProblemError, postJson } from '../../parts/api-client.ts';
import type { Place } from './places.ts';

/** What went wrong with an act, and why as far as it is known. */
export interface ActProblem {
  readonly error: ProblemError;
  /** Of others, made since, about the same. */
  readonly steps: readonly BoardStepView[];
  /** A change that would take the place of other visits, and these: it can be tried in a copy. */
  readonly uprooting: { readonly change: BoardChange; readonly entryIds: readonly string[] } | null;
}

/** Moves that one stretch of a re-plan looks through: about a second, so that it can be followed and stopped. */
const movesPerStretch = 2000;
const stretches = 8;

export interface BoardActs {
  readonly busy: boolean;
  readonly problem: ActProblem | null;
  readonly forget: () => void;
  /** Tells of something that went wrong beside an act. */
  readonly fail: (error: ProblemError) => void;
  readonly copy: BoardCopyView | null;
  /** How far a re-plan is, 0..1; null while none runs. */
  readonly progress: number | null;
  readonly quote: (entryId: string, at: Omit<Place, 'differenceCents'>) => Promise<BoardQuoteView>;
  /** Into the copy if there is one, else into the plan. True if it was taken. */
  readonly change: (change: BoardChange, confirmed: boolean) => Promise<boolean>;
  /** In the copy if there is one. */
  readonly undo: () => void;
  readonly redo: () => void;
  /** A copy with those changes, repaired around them, to be looked at before anything is done. */
  readonly tryOut: (changes: readonly BoardChange[], isRepaired: boolean) => Promise<void>;
  readonly stopRepair: () => void;
  readonly drop: () => void;
  readonly take: (confirmed: boolean) => Promise<boolean>;
}

/** A conflict names what it is about: somebody changed that since, or it would lose its place. */
const causeOf = async (
  organisationId: string,
  error: ProblemError,
  mark: number,
  change: BoardChange | null,
): Promise<ActProblem> => {
  const about = error.problem.faults.map(({ path }) => path.slice(1));
  if (error.status !== 409) return { error, steps: [], uprooting: null };
  const all = await getJson<BoardStepView[]>(apiPaths.boardSteps(organisationId)).catch((): BoardStepView[] => []);
  const steps = all.filter((step) => step.mark > mark && step.touches.some((one) => about.includes(one)));
  const isUprooting = steps.length === 0 && about.length > 0 && change !== null;
  return { error, steps, uprooting: isUprooting ? { change, entryIds: about } : null };
};

const newKey = () => crypto.randomUUID();

/** Everything that a planner does to the plan, or to a copy of it. Nothing is done twice: an act waits for the one before. */
export const useBoardActs = (organisationId: string, board: BoardView | undefined): BoardActs => {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ActProblem | null>(null);
  const [copy, setCopy] = useState<BoardCopyView | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [repairing] = useState({ stop: new AbortController() });
  const mark = board?.mark ?? 0;
  // A re-plan goes on for nobody who has left the board.
  useEffect(() => () => repairing.stop.abort(), [repairing]);

  const act = useCallback(
    async (work: () => Promise<void>, change: BoardChange | null = null): Promise<boolean> => {
      setBusy(true);
      setProblem(null);
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        setProblem(await causeOf(organisationId, error, mark, change));
        return false;
      } finally {
        setBusy(false);
        void queries.invalidateQueries({ queryKey: [apiPaths.board(organisationId)] });
      }
    },
    [organisationId, mark, queries],
  );

  const more = (copyId: string, changes: readonly BoardChange[]): Promise<BoardCopyView> =>
    postJson<BoardCopyView>(apiPaths.boardCopy(organisationId, copyId), { changes, repair: 0 });

  const repairOn = async (copyId: string): Promise<void> => {
    const { signal } = repairing.stop;
    const stretch = { changes: [], repair: movesPerStretch };
    const url = apiPaths.boardCopy(organisationId, copyId);
    try {
      for (let done = 0; done < stretches; done++) {
        setProgress(done / stretches);
        const found = await postJson<BoardCopyView>(url, stretch, undefined, signal);
        if (signal.aborted) return;
        setCopy(found);
      }
    } catch (error) {
      // What the stretches before have found stays.
      if (!signal.aborted) throw error;
    }
  };

  return {
    busy,
    problem,
    copy,
    progress,
    forget: () => setProblem(null),
    fail: (error) => setProblem({ error, steps: [], uprooting: null }),
    quote: (entryId, { startMs, technicianId, secondTechnicianId }) =>
      postJson<BoardQuoteView>(apiPaths.boardQuotes(organisationId), {
        ...{ entryId, technicianId, startAt: new Date(startMs).toISOString() },
        ...(secondTechnicianId === undefined ? {} : { secondTechnicianId }),
        ...(copy ? { copyId: copy.copyId } : {}),
      }),
    change: (change, confirmed) =>
      act(async () => {
        if (copy) setCopy(await more(copy.copyId, [change]));
        else
          await postJson<BoardChangedView>(apiPaths.boardSteps(organisationId), {
            idempotencyKey: newKey(),
            mark,
            change,
            confirmed,
          });
      }, change),
    undo: () =>
      void act(async () => {
        if (copy) setCopy(await postJson<BoardCopyView>(apiPaths.boardCopyUndo(organisationId, copy.copyId), {}));
        else await postJson(apiPaths.boardUndo(organisationId), { idempotencyKey: newKey(), mark });
      }),
    redo: () => void act(() => postJson(apiPaths.boardRedo(organisationId), { idempotencyKey: newKey(), mark })),
    tryOut: async (changes, isRepaired) => {
      await act(async () => {
        setProgress(isRepaired ? 0 : null);
        repairing.stop = new AbortController();
        try {
          const made = copy
            ? await more(copy.copyId, changes)
            : await postJson<BoardCopyView>(apiPaths.boardCopies(organisationId), { mark, changes, repair: 0 });
          setCopy(made);
          if (isRepaired) await repairOn(made.copyId);
        } finally {
          setProgress(null);
        }
      });
    },
    stopRepair: () => repairing.stop.abort(),
    drop: () => {
      if (!copy) return;
      repairing.stop.abort();
      setCopy(null);
      setProblem(null);
      void deleteAt(apiPaths.boardCopy(organisationId, copy.copyId)).catch(() => undefined);
    },
    take: (confirmed) =>
      act(async () => {
        if (!copy) return;
        await postJson<BoardChangedView>(apiPaths.boardTake(organisationId, copy.copyId), {
          idempotencyKey: newKey(),
          mark: copy.mark,
          confirmed,
        });
        setCopy(null);
      }),
  };
};
