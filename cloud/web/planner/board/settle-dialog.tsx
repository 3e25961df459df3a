import { arrivalText } from '@kuluma/shared/model/sentences.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardQuoteView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { Button, Group, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import { conflictText, quoteText } from './board-sentences.ts';
import type { Subject } from './entry-details.tsx';
import type { Drop } from './move-state.ts';

/** A drop that asks something of the person first. */
export interface Settling {
  readonly drop: Drop;
  readonly quote: BoardQuoteView;
  readonly subject: Subject;
}

export type PlaceAs = 'offer' | 'agreedByPhone';

/** A promise to an owner is broken only knowingly: what was said, what will be said. New work asks how the owner learns. */
export const SettleDialog = ({
  settling: { drop, quote, subject },
  board,
  onConfirm,
  onClose,
}: {
  settling: Settling;
  board: BoardView;
  onConfirm: (as: PlaceAs) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const [as, setAs] = useState<PlaceAs>('offer');
  const { place } = drop;
  const { timeZone } = board;
  const isNew = subject.entry === null;
  const startAt = new Date(place.startMs).toISOString();
  const technician = board.technicians.find(({ technicianId }) => technicianId === place.technicianId)?.name ?? '';
  const moment = momentText(words, startAt, timeZone);
  const tag = subject.entry?.tag ?? subject.work?.machine.tag ?? '';
  const owner = subject.work?.machine.owner?.name ?? words.t('board.settle.owner');
  const promised = subject.entry?.visit?.promised;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t(isNew ? 'board.settle.newTitle' : 'board.settle.title', { machine: tag })}
      closeButtonProps={{ 'aria-label': words.t('board.close') }}
    >
      <div className="board-form">
        <p>{words.t('board.settle.where', { technician, moment })}</p>
        {quote.difference && (
          <p>{words.t('board.settle.price', { price: quoteText(words, quote.difference, quote.addedKm) })}</p>
        )}
        {quote.conflicts
          .filter(({ code }) => code !== 'promise')
          .map((conflict) => (
            <p key={conflict.code} className="board-conflict">
              {conflictText(words, conflict, timeZone)}
            </p>
          ))}
        {!isNew && promised && (
          <p>
            {words.t('board.settle.promised', {
              owner,
              promised: arrivalText(words, promised.fromAt, promised.toAt, timeZone),
            })}
          </p>
        )}
        {!isNew && <p className="board-told">{words.t('board.settle.told', { owner, technician, moment })}</p>}
        {isNew && (
          <Radio.Group
            label={words.t('board.settle.how', { owner })}
            value={as}
            onChange={(value) => setAs(value === 'agreedByPhone' ? 'agreedByPhone' : 'offer')}
          >
            <Radio value="offer" label={words.t('board.settle.offer')} />
            <Radio
              value="agreedByPhone"
              label={words.t('board.settle.phone', {
                minutes: words.number((Date.parse(quote.endAt) - place.startMs) / minuteMs),
              })}
            />
          </Radio.Group>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.t('cancel')}</Button>
          <Button variant="filled" onClick={() => onConfirm(as)}>
            {words.t(isNew ? `board.settle.do.${as}` : 'board.settle.do.move')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
};
