import './decision-actions.css';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { useRef, useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { useKeys } from '../parts/use-keys.ts';

/** Approve, or reject with a reason. Both act once; neither can be reached while the other runs. */
export const DecisionActions = ({
  decision,
  busy,
  onApprove,
  onReject,
}: {
  decision: DecisionView;
  busy: boolean;
  onApprove: () => void;
  onReject: (reason: string) => void;
}) => {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const slots = decision.slots.length;
  const canApprove = decision.planMark !== null && !busy;
  const askReason = () => dialog.current?.showModal();
  useKeys([
    { key: 'a', does: 'keys.approve', act: () => canApprove && onApprove() },
    { key: 'r', does: 'keys.reject', act: () => !busy && askReason() },
  ]);
  return (
    <div className="decision-actions">
      <button type="button" className="button primary" aria-keyshortcuts="a" disabled={!canApprove} onClick={onApprove}>
        {busy ? words.t('decision.sending') : words.t('decision.approve', { count: slots })}
        <span className="key" aria-hidden="true">
          a
        </span>
      </button>
      <button type="button" className="button" aria-keyshortcuts="r" disabled={busy} onClick={askReason}>
        {words.t('decision.reject')}
        <span className="key" aria-hidden="true">
          r
        </span>
      </button>
      {decision.contactName && slots > 0 && (
        <p className="small soft">{words.t('decision.goesTo', { person: decision.contactName })}</p>
      )}
      {slots === 0 && <p className="small soft">{words.t('decision.noSlots')}</p>}
      <dialog ref={dialog} className="reject" aria-labelledby="reject-title">
        <form
          method="dialog"
          onSubmit={() => {
            onReject(reason.trim());
            setReason('');
          }}
        >
          <h2 id="reject-title">{words.t('reject.title')}</h2>
          <p className="soft">{words.t('reject.why')}</p>
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
          <div className="reject-buttons">
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              {words.t('cancel')}
            </button>
            <button type="submit" className="button primary" disabled={reason.trim().length < 3}>
              {words.t('reject.confirm')}
            </button>
          </div>
        </form>
      </dialog>
    </div>
  );
};
