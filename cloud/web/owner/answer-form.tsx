import './answer-form.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { OfferAnswerCommand } from '@kuluma/shared/model/views/commands.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { zoneOf } from '../parts/sentences.ts';
import { useCommand } from '../parts/use-command.ts';
import { ZoneNote } from '../parts/zone-note.tsx';

/** The command without the key that `useCommand` adds. */
type Keyless<Command> = Command extends unknown ? Omit<Command, 'idempotencyKey'> : never;
type Answer = Keyless<OfferAnswerCommand>;

/** Two taps: choose a time, confirm. Or be called, or say no. */
export const AnswerForm = ({ me, offer }: { me: MeView; offer: OfferView }) => {
  const words = useWords();
  const [slotId, setSlotId] = useState<OfferView['slots'][number]['slotId'] | null>(null);
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const command = useCommand<OfferView, Answer>();
  const zone = zoneOf(offer.machine);
  const send = (answer: Answer) =>
    command.mutate({
      target: { path: apiPaths.offerAnswer(me.organisationId, offer.offerId), version: offer.version },
      body: answer,
    });
  // A time that is no longer offered cannot stay chosen.
  const slots = [...offer.slots].sort((a, b) => a.arrivalFromAt.localeCompare(b.arrivalFromAt));
  const chosen = slots.find((slot) => slot.slotId === slotId);
  return (
    <section className="answer no-print">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) send({ answer: 'accept', slotId: chosen.slotId });
        }}
      >
        <fieldset>
          <legend>{words.t('answer.choose')}</legend>
          {slots.map((slot) => {
            const fromMs = Date.parse(slot.arrivalFromAt);
            return (
              <label key={slot.slotId} className="time-choice">
                <input
                  type="radio"
                  name="slot"
                  checked={slot.slotId === slotId}
                  onChange={() => setSlotId(slot.slotId)}
                />
                <span>
                  <span className="time-choice-day">
                    {words.t('time.dayWeek', { day: words.day(fromMs, zone), week: isoWeekOf(fromMs, zone) })}
                  </span>
                  <span>
                    {words.t('answer.arrival', {
                      window: words.timeRange(fromMs, Date.parse(slot.arrivalToAt), zone),
                      technician: slot.technicianName,
                    })}
                  </span>
                </span>
              </label>
            );
          })}
          {slots[0] && <ZoneNote atMs={Date.parse(slots[0].arrivalFromAt)} timeZone={zone} />}
        </fieldset>
        {command.error && <ProblemNotice error={command.error} command />}
        <button type="submit" className="button primary" disabled={!chosen || command.isPending}>
          {chosen
            ? words.t('answer.confirm', {
                day: words.day(Date.parse(chosen.arrivalFromAt), zone),
                price: words.money(offer.total.grossCents),
              })
            : words.t('answer.chooseFirst')}
        </button>
      </form>
      <div className="answer-other">
        <button
          type="button"
          className="button"
          disabled={command.isPending}
          onClick={() => send({ answer: 'callMe' })}
        >
          {words.t('answer.callMe')}
        </button>
        <button
          type="button"
          className="button"
          aria-expanded={declining}
          disabled={command.isPending}
          onClick={() => setDeclining(!declining)}
        >
          {words.t('answer.decline')}
        </button>
      </div>
      {declining && (
        <form
          className="decline"
          onSubmit={(event) => {
            event.preventDefault();
            send({ answer: 'decline', reason: reason.trim() });
          }}
        >
          <label>
            {words.t('answer.declineReason')}
            <textarea
              className="field"
              rows={2}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          <button type="submit" className="button" disabled={command.isPending}>
            {words.t('answer.declineConfirm')}
          </button>
        </form>
      )}
    </section>
  );
};
