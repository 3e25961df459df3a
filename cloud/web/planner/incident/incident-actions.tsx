import type { DecideIncidentCommand, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import { useState } from 'react';
import { useProductClock } from '../../parts/clock.ts';
import { useWords } from '../../parts/language.tsx';
import { PostponeDialog, RejectDialog } from '../decision-dialogs.tsx';

type WithoutKey<T> = T extends unknown ? Omit<T, 'idempotencyKey' | 'members'> : never;
export type IncidentAnswer = WithoutKey<DecideIncidentCommand>;

/** The day by which somebody of the incident has to be visited at the latest, and whose machine that is. */
const lastMember = ({ members }: IncidentView) =>
  members.reduce((last, member) => (member.windowToAt > last.windowToAt ? member : last));

/** One answer for all of them. */
export const IncidentActions = ({
  incident,
  busy,
  onAnswer,
}: {
  incident: IncidentView;
  busy: boolean;
  onAnswer: (answer: IncidentAnswer) => void;
}) => {
  const words = useWords();
  const nowMs = useProductClock()?.nowMs;
  const [asking, setAsking] = useState<'postpone' | 'reject' | null>(null);
  const close = () => setAsking(null);
  const { machine, windowToAt } = lastMember(incident);
  return (
    <div className="decision-actions">
      <button type="button" className="button primary" disabled={busy} onClick={() => onAnswer({ answer: 'approve' })}>
        {busy ? words.t('decision.sending') : words.t('incident.approve', { machines: incident.machines })}
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => onAnswer({ answer: 'inspectFirst' })}>
        {words.t('incident.inspectFirst', { machine: incident.members[0]?.machine.tag ?? '' })}
      </button>
      <button
        type="button"
        className="button"
        disabled={busy || nowMs === undefined}
        onClick={() => setAsking('postpone')}
      >
        {words.t('decision.wait')}
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => setAsking('reject')}>
        {words.t('decision.reject')}
      </button>
      <p className="small soft">{words.t('incident.note')}</p>
      {asking === 'reject' && (
        <RejectDialog onReject={(reason) => onAnswer({ answer: 'reject', reason })} onClose={close} />
      )}
      {asking === 'postpone' && nowMs !== undefined && (
        <PostponeDialog
          decision={{ machine, windowToAt, windowBestAt: windowToAt, action: 'inspect' }}
          nowMs={nowMs}
          onPostpone={(untilAt, reason) => onAnswer({ answer: 'postpone', untilAt, reason })}
          onClose={close}
        />
      )}
    </div>
  );
};
