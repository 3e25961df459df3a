import type { BoardQuoteView } from '@kuluma/shared/model/views/board.ts';
import { NativeSelect } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { conflictText } from './board-sentences.ts';

/** Who comes along to work of two, the price of each pair, and why others cannot; nothing where one comes. */
export const SecondChoice = ({
  seconds,
  chosenId,
  name,
  priced,
  timeZone,
  onChoose,
}: {
  seconds: BoardQuoteView['seconds'];
  chosenId: string | undefined;
  name: (technicianId: string) => string;
  priced: (text: string, cents: number) => string;
  timeZone: string;
  onChoose: (technicianId: string) => void;
}) => {
  const words = useWords();
  if (seconds.length === 0) return null;
  const unable = seconds.filter(({ differenceCents }) => differenceCents === null);
  return (
    <>
      <NativeSelect
        label={words.t('board.move.second')}
        value={chosenId ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
        data={seconds.flatMap(({ technicianId, differenceCents }) =>
          differenceCents === null ? [] : [{ value: technicianId, label: priced(name(technicianId), differenceCents) }],
        )}
      />
      {unable.length > 0 && (
        <details>
          <summary>{words.t('board.move.unable', { count: unable.length })}</summary>
          <ul className="board-unable">
            {unable.map(({ technicianId, conflicts }) => (
              <li key={technicianId}>
                <strong>{name(technicianId)}</strong>
                {conflicts.map((conflict) => conflictText(words, conflict, timeZone)).join(' ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
};
