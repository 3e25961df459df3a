import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { calendarDayText } from '../../parts/sentences.ts';
import type { BoardEntry, BoardRow } from './board-entries.ts';
import { conflictText, workText } from './board-sentences.ts';

/** The board where there is no room for one: the days of one technician as lists. */
export const DayLists = ({
  rows,
  timeZone,
  onOpen,
}: {
  rows: readonly BoardRow[];
  timeZone: string;
  onOpen: (entryId: string) => void;
}) => {
  const words = useWords();
  const [chosen, setChosen] = useState('');
  const row = rows.find(({ technician }) => technician.technicianId === chosen) ?? rows[0];
  if (!row) return <p>{words.t('board.noTechnicians')}</p>;
  const days = new Map<string, BoardEntry[]>(row.technician.working.map(({ on }) => [on, []]));
  for (const entry of row.entries) {
    const day = dayKeyOf(entry.fromMs, timeZone);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return (
    <div className="board-lists">
      <NativeSelect
        label={words.t('board.technician')}
        value={row.technician.technicianId}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={rows.map(({ technician }) => ({ value: technician.technicianId, label: technician.name }))}
      />
      {[...days].sort().map(([day, entries]) => {
        return (
          <section key={day}>
            <h2>{calendarDayText(words, day)}</h2>
            {entries.length === 0 && <p className="soft">{words.t('board.freeDay')}</p>}
            <ul>
              {entries.map((entry) => (
                <li key={entry.entryId}>
                  <button type="button" className="board-card" onClick={() => onOpen(entry.entryId)}>
                    <strong>{words.timeRange(entry.fromMs, entry.toMs, timeZone)}</strong>
                    <span className="board-card-work">{entry.work ? workText(words, entry.work) : entry.tag}</span>
                    <span className="small soft">{entry.siteName}</span>
                    {entry.visit?.conflicts.map((conflict) => (
                      <span key={conflict.code} className="small board-conflict">
                        {conflictText(words, conflict, timeZone)}
                      </span>
                    ))}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
};
