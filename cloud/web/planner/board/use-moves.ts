import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardPlacesView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { useEffect } from 'react';
import { ProblemError, postJson } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import type { OpenDialog } from './board-dialogs.tsx';
import { isMovable } from './board-entries.ts';
import { workText } from './board-sentences.ts';
import type { Subject } from './entry-details.tsx';
import { type Aim, type Drop, dropOf } from './move-state.ts';
import type { MoveStore } from './move-store.ts';
import { placeBookOf } from './places.ts';
import type { PlaceAs, Settling } from './settle-dialog.tsx';
import type { BoardActs } from './use-board-acts.ts';

/** The hand rests this long before the price is asked in detail. */
const restMs = 140;

/** From picking up to the change of the plan: one question for all places, one for the place where it rests. */
export const useMoves = ({
  organisationId,
  board,
  subjects,
  store,
  acts,
  canChange,
  ask,
}: {
  organisationId: string;
  board: BoardView;
  subjects: ReadonlyMap<string, Subject>;
  store: MoveStore;
  acts: BoardActs;
  canChange: boolean;
  ask: (dialog: OpenDialog) => void;
}) => {
  const words = useWords();
  const { quote } = acts;
  const copyId = acts.copy?.copyId;

  useEffect(() => {
    let timer = 0;
    const asked = () => {
      clearTimeout(timer);
      const state = store.state();
      if (state.kind === 'idle' || !state.place || store.quote()) return;
      const { entryId, place } = state;
      timer = window.setTimeout(() => {
        // The total is known already; without the detail it stays.
        quote(entryId, place).then(
          (told) => store.tellQuote(place, told),
          (error: unknown) => {
            if (!(error instanceof ProblemError)) throw error;
          },
        );
      }, restMs);
    };
    const ended = store.subscribe(asked);
    return () => {
      clearTimeout(timer);
      ended();
    };
  }, [store, quote]);

  const canMove = (entryId: string): boolean => {
    const subject = subjects.get(entryId);
    return subject !== undefined && (subject.entry === null || isMovable(subject.entry));
  };

  const pickUp = (entryId: string, by: 'pointer' | 'keyboard', from: Aim): void => {
    if (!canChange || !canMove(entryId)) return;
    store.dispatch({ kind: 'pickUp', entryId, by, from });
    postJson<BoardPlacesView>(apiPaths.boardPlaces(organisationId), {
      entryId,
      fromAt: board.fromAt,
      toAt: board.toAt,
      ...(copyId === undefined ? {} : { copyId }),
    }).then(
      (view) => store.dispatch({ kind: 'placesKnown', entryId, book: placeBookOf(view) }),
      (error: unknown) => {
        store.dispatch({ kind: 'cancel' });
        if (!(error instanceof ProblemError)) throw error;
        acts.fail(error);
      },
    );
  };

  const changeOf = (drop: Drop, subject: Subject, as: PlaceAs): BoardChange => {
    const { technicianId, secondTechnicianId, startMs } = drop.place;
    const place = {
      technicianId: technicianId as Id<'technician'>,
      ...(secondTechnicianId === undefined ? {} : { secondTechnicianId: secondTechnicianId as Id<'technician'> }),
      startAt: new Date(startMs).toISOString(),
    };
    return subject.entry
      ? { kind: 'move', visitId: subject.entryId as Id<'visit'>, ...place }
      : { kind: 'place', recommendationId: subject.entryId as Id<'recommendation'>, ...place, as };
  };

  const confirm = ({ drop, subject }: Settling, as: PlaceAs): void =>
    void acts.change(changeOf(drop, subject, as), true);

  /** A move that tells nobody anything is made at once: it can be undone. Everything else asks first. */
  const settle = (drop: Drop): void => {
    const subject = subjects.get(drop.entryId);
    if (!subject) return;
    const { entry } = subject;
    const { technicianId, secondTechnicianId, startMs } = drop.place;
    const isSameTeam =
      entry?.technicianId === technicianId &&
      (secondTechnicianId === undefined || entry.visit?.secondTechnicianId === secondTechnicianId);
    if (isSameTeam && entry.fromMs === startMs) return;
    quote(drop.entryId, drop.place).then(
      (told) => {
        if (!told.isPossible || told.needsConfirmation || !entry)
          ask({ kind: 'settle', settling: { drop, quote: told, subject } });
        else void acts.change(changeOf(drop, subject, 'offer'), false);
      },
      (error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        acts.fail(error);
      },
    );
  };

  const nameOf = (entryId: string): string => {
    const subject = subjects.get(entryId);
    return subject?.entry?.tag ?? (subject?.work ? workText(words, subject.work) : '');
  };
  return {
    canMove,
    pickUp,
    settle,
    confirm,
    drop: () => {
      const drop = dropOf(store.state());
      store.dispatch({ kind: 'drop' });
      if (drop) settle(drop);
    },
    pin: (entryId: string, pinned: boolean) =>
      void acts.change({ kind: 'pin', visitId: entryId as Id<'visit'>, pinned }, false),
    nameOf,
    lengthOf: (entryId: string): number => {
      const subject = subjects.get(entryId);
      return subject?.entry ? subject.entry.toMs - subject.entry.fromMs : (subject?.work?.durationMin ?? 60) * minuteMs;
    },
    technicianName: (technicianId: string): string =>
      board.technicians.find((one) => one.technicianId === technicianId)?.name ?? '',
  };
};
