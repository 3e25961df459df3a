import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { BoardView } from '@kuluma/shared/model/views/board.ts';
import { Button, Group, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { DaySelect } from './day-select.tsx';

/** Who is away and for how long; the plan is then repaired in a copy, for the planner to look at. */
export const IllDialog = ({
  board,
  today,
  technicianId,
  onTry,
  onClose,
}: {
  board: BoardView;
  today: string;
  technicianId: string | null;
  onTry: (change: BoardChange) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const [chosen, setChosen] = useState(technicianId ?? board.technicians[0]?.technicianId ?? '');
  const [fromOn, setFromOn] = useState(today);
  const [toOn, setToOn] = useState(today);
  const technician = board.technicians.find((one) => one.technicianId === chosen);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('board.ill')}
      closeButtonProps={{ 'aria-label': words.t('board.close') }}
    >
      <form
        className="board-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (technician) onTry({ kind: 'away', technicianId: technician.technicianId, fromOn, toOn });
        }}
      >
        <NativeSelect
          label={words.t('board.technician')}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={board.technicians
            .map(({ technicianId: value, name }) => ({ value, label: name }))
            .sort((a, b) => a.label.localeCompare(b.label, words.locale))}
        />
        <div className="board-pair">
          <DaySelect
            label={words.t('board.ill.from')}
            firstOn={today}
            value={fromOn}
            onChange={(day) => {
              setFromOn(day);
              if (toOn < day) setToOn(day);
            }}
          />
          <DaySelect label={words.t('board.ill.to')} firstOn={fromOn} value={toOn} onChange={setToOn} />
        </div>
        <p className="soft">{words.t('board.tryFirst')}</p>
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.t('cancel')}</Button>
          <Button type="submit" variant="filled" disabled={!technician}>
            {words.t('board.showProposal')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
};
