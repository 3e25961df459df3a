import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../parts/language.tsx';

/** A question about a decision: what it does, what it needs, yes or no. */
export const DecisionDialog = ({
  title,
  why,
  confirm,
  canConfirm,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  why: string;
  confirm: string;
  canConfirm: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) => {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="reject" aria-labelledby="decision-dialog-title" onClose={onClose}>
      <form method="dialog" onSubmit={onConfirm}>
        <h2 id="decision-dialog-title">{title}</h2>
        <p className="soft">{why}</p>
        {children}
        <div className="reject-buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {words.t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={!canConfirm}>
            {confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
};
