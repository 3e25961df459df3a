import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { calendarDayText } from '../parts/sentences.ts';
import { instantOf } from './board/zone-time.ts';
import { DecisionDialog } from './decision-dialog.tsx';

/** When a planner's day begins: what was put off to a day is on the list by then. */
const morningHour = 6;
const collectDays = 7;

/** Rejects, with the reason that the forecasts learn from. */
export const RejectDialog = ({ onReject, onClose }: { onReject: (reason: string) => void; onClose: () => void }) => {
  const words = useWords();
  const [reason, setReason] = useState('');
  return (
    <DecisionDialog
      title={words.t('reject.title')}
      why={words.t('reject.why')}
      confirm={words.t('reject.confirm')}
      canConfirm={reason.trim().length >= 3}
      onConfirm={() => onReject(reason.trim())}
      onClose={onClose}
    >
      <label>
        {words.t('reject.reason')}
        <textarea
          className="field"
          rows={3}
          required
          minLength={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </DecisionDialog>
  );
};

/** Puts the matter off until a day within its window. */
export const PostponeDialog = ({
  decision,
  nowMs,
  onPostpone,
  onClose,
}: {
  decision: Pick<DecisionView, 'machine' | 'windowToAt' | 'windowBestAt' | 'action'>;
  nowMs: number;
  onPostpone: (untilAt: string, reason: string) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  const toMs = Date.parse(decision.windowToAt);
  const [first, last] = [dayKeyOf(nowMs + dayMs, zone), dayKeyOf(toMs, zone)];
  const wantedMs = decision.action === 'inspect' ? nowMs + collectDays * dayMs : Date.parse(decision.windowBestAt);
  const wanted = dayKeyOf(Math.min(Math.max(wantedMs, nowMs + dayMs), toMs), zone);
  const [day, setDay] = useState(wanted);
  const [reason, setReason] = useState('');
  const untilMs = day === '' ? Number.NaN : Math.min(instantOf(day, morningHour * 60, zone), toMs);
  return (
    <DecisionDialog
      title={words.t('postpone.title')}
      why={words.t('postpone.why')}
      confirm={words.t('postpone.confirm')}
      canConfirm={untilMs > nowMs && day <= last}
      onConfirm={() => onPostpone(new Date(untilMs).toISOString(), reason.trim())}
      onClose={onClose}
    >
      <label>
        {words.t('postpone.until', { day: words.day(toMs, zone) })}
        <input
          type="date"
          className="field"
          required
          min={first}
          max={last}
          value={day}
          onChange={(event) => setDay(event.target.value)}
          aria-describedby="postpone-day"
        />
        <span id="postpone-day" className="small soft" aria-live="polite">
          {day === '' ? '\u00a0' : calendarDayText(words, day)}
        </span>
      </label>
      <label>
        {words.t('postpone.reason')}
        <input className="field" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </DecisionDialog>
  );
};

/** Which of the times the owner may choose from. */
export const ChangeDialog = ({
  decision,
  onApprove,
  onClose,
}: {
  decision: DecisionView;
  onApprove: (offeredSlots: number[]) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set(decision.slots.keys()));
  const turn = (place: number, on: boolean) =>
    setLeft((before) => new Set([...decision.slots.keys()].filter((one) => (one === place ? on : before.has(one)))));
  return (
    <DecisionDialog
      title={words.t('change.title')}
      why={words.t('change.why')}
      confirm={words.t(decision.action === 'inspect' ? 'decision.inspect' : 'decision.approve', { count: left.size })}
      canConfirm={left.size > 0}
      onConfirm={() => onApprove([...left])}
      onClose={onClose}
    >
      {decision.slots.map((slot, place) => (
        <label key={slot.slotId} className="change-slot">
          <input type="checkbox" checked={left.has(place)} onChange={(event) => turn(place, event.target.checked)} />
          {words.t('change.slot', {
            day: words.day(Date.parse(slot.startAt), zone),
            window: words.timeRange(Date.parse(slot.arrivalFromAt), Date.parse(slot.arrivalToAt), zone),
            technician: slot.technicianName,
          })}
        </label>
      ))}
      <p>
        <Link to="/board">{words.t('change.board')}</Link>
      </p>
    </DecisionDialog>
  );
};
