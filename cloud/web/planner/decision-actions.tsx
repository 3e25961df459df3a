import './decision-actions.css';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { useState } from 'react';
import { useProductClock } from '../parts/clock.ts';
import { useWords } from '../parts/language.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { ChangeDialog, PostponeDialog, RejectDialog } from './decision-dialogs.tsx';

/** What a planner can answer. */
export type DecisionAnswer =
  | { readonly kind: 'approve'; readonly offeredSlots?: readonly number[] }
  | { readonly kind: 'postpone'; readonly untilAt: string; readonly reason: string }
  | { readonly kind: 'reject'; readonly reason: string };

/**
 * Approve, change, wait or reject. Each acts once; none can be reached while another runs. Where the data are too poor
 * to replace anything, the choice is to inspect or to collect more data.
 */
export const DecisionActions = ({
  decision,
  busy,
  onAnswer,
}: {
  decision: DecisionView;
  busy: boolean;
  onAnswer: (answer: DecisionAnswer) => void;
}) => {
  const words = useWords();
  const nowMs = useProductClock()?.nowMs;
  const [asking, setAsking] = useState<'change' | 'postpone' | 'reject' | null>(null);
  const slots = decision.slots.length;
  const canApprove = decision.planMark !== null && !busy;
  const canPostpone = nowMs !== undefined && nowMs < Date.parse(decision.windowToAt) && !busy;
  const inspects = decision.action === 'inspect';
  const ask = (question: typeof asking, can: boolean) => can && setAsking(question);
  const close = () => setAsking(null);
  useKeys([
    { key: 'a', does: 'keys.approve', act: () => canApprove && onAnswer({ kind: 'approve' }) },
    { key: 'e', does: 'keys.change', act: () => ask('change', canApprove) },
    { key: 'w', does: 'keys.wait', act: () => ask('postpone', canPostpone) },
    { key: 'r', does: 'keys.reject', act: () => ask('reject', !busy) },
  ]);
  const approveText = words.t(inspects ? 'decision.inspect' : 'decision.approve', { count: slots });
  return (
    <div className="decision-actions">
      <ActionButton
        letter="a"
        primary
        can={canApprove}
        text={busy ? words.t('decision.sending') : approveText}
        onPress={() => onAnswer({ kind: 'approve' })}
      />
      <ActionButton letter="e" can={canApprove} text={words.t('decision.change')} onPress={() => ask('change', true)} />
      <ActionButton
        letter="w"
        can={canPostpone}
        text={words.t(inspects ? 'decision.collect' : 'decision.wait')}
        onPress={() => ask('postpone', true)}
      />
      <ActionButton letter="r" can={!busy} text={words.t('decision.reject')} onPress={() => ask('reject', true)} />
      {decision.contactName && slots > 0 && (
        <p className="small soft">{words.t('decision.goesTo', { person: decision.contactName })}</p>
      )}
      {slots === 0 && <p className="small soft">{words.t('decision.noSlots')}</p>}
      {asking === 'reject' && (
        <RejectDialog onReject={(reason) => onAnswer({ kind: 'reject', reason })} onClose={close} />
      )}
      {asking === 'postpone' && nowMs !== undefined && (
        <PostponeDialog
          decision={decision}
          nowMs={nowMs}
          onPostpone={(untilAt, reason) => onAnswer({ kind: 'postpone', untilAt, reason })}
          onClose={close}
        />
      )}
      {asking === 'change' && (
        <ChangeDialog
          decision={decision}
          onApprove={(offeredSlots) => onAnswer({ kind: 'approve', offeredSlots })}
          onClose={close}
        />
      )}
    </div>
  );
};

const ActionButton = ({
  letter,
  text,
  can,
  primary = false,
  onPress,
}: {
  letter: string;
  text: string;
  can: boolean;
  primary?: boolean;
  onPress: () => void;
}) => (
  <button
    type="button"
    className={primary ? 'button primary' : 'button'}
    aria-keyshortcuts={letter}
    disabled={!can}
    onClick={onPress}
  >
    {text}
    <span className="key" aria-hidden="true">
      {letter}
    </span>
  </button>
);
