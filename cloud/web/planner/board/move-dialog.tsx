import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { BoardPlacesView, BoardQuoteView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { Button, Group, Modal, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type ProblemError, postJson } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { signedMoney } from './board-sentences.ts';
import type { Drop } from './move-state.ts';
import { cheapestByDay, cheapestPlace, type Place, type PlaceBook, placeBookOf, placesOf } from './places.ts';
import { SecondChoice } from './second-choice.tsx';

/** The same as dragging, by choosing: technician, day and time, each with its price, the cheapest first chosen. */
export const MoveDialog = ({
  organisationId,
  board,
  entryId,
  title,
  copyId,
  onChoose,
  onClose,
}: {
  organisationId: string;
  board: BoardView;
  entryId: string;
  title: string;
  copyId: string | undefined;
  onChoose: (drop: Drop) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const places = useQuery<PlaceBook, ProblemError>({
    queryKey: [apiPaths.boardPlaces(organisationId), entryId, copyId, board.mark],
    queryFn: async () =>
      placeBookOf(
        await postJson<BoardPlacesView>(apiPaths.boardPlaces(organisationId), {
          entryId,
          fromAt: board.fromAt,
          toAt: board.toAt,
          ...(copyId === undefined ? {} : { copyId }),
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('board.moveTitle', { work: title })}
      closeButtonProps={{ 'aria-label': words.t('board.close') }}
    >
      {places.isPending && <p className="soft">{words.t('board.move.asking')}</p>}
      <ViewProblem view={places} />
      {places.data && (
        <PlaceChoice book={places.data} {...{ organisationId, board, entryId, copyId, onChoose, onClose }} />
      )}
    </Modal>
  );
};

const PlaceChoice = ({
  book,
  organisationId,
  board,
  entryId,
  copyId,
  onChoose,
  onClose,
}: {
  book: PlaceBook;
  organisationId: string;
  board: BoardView;
  entryId: string;
  copyId: string | undefined;
  onChoose: (drop: Drop) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const { timeZone } = board;
  const byDay = useMemo(() => cheapestByDay(book, [...book.byTechnician.keys()]), [book]);
  const [place, setPlace] = useState<Place | null>(byDay[0] ?? null);
  const [secondId, setSecondId] = useState<string>();
  const quote = useQuery<BoardQuoteView, ProblemError>({
    // All who could come along and their prices are in it, whoever of them is chosen.
    queryKey: [apiPaths.boardQuotes(organisationId), entryId, copyId, book.mark, place?.technicianId, place?.startMs],
    queryFn: () =>
      postJson<BoardQuoteView>(apiPaths.boardQuotes(organisationId), {
        entryId,
        technicianId: place?.technicianId,
        startAt: new Date(place?.startMs ?? 0).toISOString(),
        ...(copyId === undefined ? {} : { copyId }),
      }),
    enabled: place !== null,
    staleTime: Number.POSITIVE_INFINITY,
    // While the same place is priced anew, as somebody changed the plan, the choices stay and the focus in them.
    placeholderData: (before, query) => {
      const [technicianId, startMs] = query?.queryKey.slice(-2) ?? [];
      return technicianId === place?.technicianId && startMs === place?.startMs ? before : undefined;
    },
  });
  if (!place) return <p>{words.t('board.move.nowhere')}</p>;

  const name = (id: string) => board.technicians.find(({ technicianId }) => technicianId === id)?.name ?? id;
  const dayOf = (one: Place) => dayKeyOf(one.startMs, timeZone);
  const priced = (text: string, cents: number) => words.t('board.priced', { text, price: signedMoney(words, cents) });
  const ids = [...new Set(byDay.map(({ technicianId }) => technicianId))];
  const days = byDay
    .filter(({ technicianId }) => technicianId === place.technicianId)
    .sort((a, b) => a.startMs - b.startMs);
  const times = placesOf(book, place.technicianId).filter((one) => dayOf(one) === dayOf(place));
  const able = quote.data?.seconds.filter(({ differenceCents }) => differenceCents !== null) ?? [];
  const second = able.find(({ technicianId }) => technicianId === secondId) ?? able[0];
  const team = second ? { ...place, secondTechnicianId: second.technicianId } : place;
  return (
    <div className="board-form">
      <NativeSelect
        label={words.t('board.technician')}
        value={place.technicianId}
        onChange={(event) => setPlace(cheapestPlace(book, [event.currentTarget.value]) ?? place)}
        data={ids.map((id) => ({
          value: id,
          label: priced(name(id), byDay.find(({ technicianId }) => technicianId === id)?.differenceCents ?? 0),
        }))}
      />
      <NativeSelect
        label={words.t('board.day')}
        value={dayOf(place)}
        onChange={(event) => setPlace(days.find((one) => dayOf(one) === event.currentTarget.value) ?? place)}
        data={days.map((one) => ({
          value: dayOf(one),
          label: priced(words.day(one.startMs, timeZone), one.differenceCents),
        }))}
      />
      <NativeSelect
        label={words.t('board.time')}
        value={String(place.startMs)}
        onChange={(event) =>
          setPlace(times.find(({ startMs }) => String(startMs) === event.currentTarget.value) ?? place)
        }
        data={times.map((one) => ({
          value: String(one.startMs),
          label: priced(words.time(one.startMs, timeZone), one.differenceCents),
        }))}
      />
      <SecondChoice
        seconds={quote.data?.seconds ?? []}
        chosenId={second?.technicianId}
        {...{ name, priced, timeZone }}
        onChoose={setSecondId}
      />
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.t('cancel')}</Button>
        <Button variant="filled" onClick={() => onChoose({ entryId, place: team, mark: book.mark })}>
          {words.t('board.moveHere')}
        </Button>
      </Group>
    </div>
  );
};
