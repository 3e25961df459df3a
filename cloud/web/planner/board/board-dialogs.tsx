import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { BoardView, BoardVisitView } from '@kuluma/shared/model/views/board.ts';
import { HappenedDialog, type Happening, PartLateDialog } from './happened-dialog.tsx';
import { IllDialog } from './ill-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import type { Drop } from './move-state.ts';
import { type PlaceAs, SettleDialog, type Settling } from './settle-dialog.tsx';
import { UrgentDialog } from './urgent-dialog.tsx';

/** The one dialog that is open. */
export type OpenDialog =
  | { readonly kind: 'move'; readonly entryId: string }
  | { readonly kind: 'settle'; readonly settling: Settling }
  | { readonly kind: 'ill'; readonly technicianId: string | null }
  | { readonly kind: 'urgent' }
  | { readonly kind: 'partLate' }
  | { readonly kind: 'happened'; readonly happening: Happening; readonly visit: BoardVisitView };

export const BoardDialogs = ({
  dialog,
  organisationId,
  board,
  today,
  copyId,
  nameOf,
  onChoose,
  onSettled,
  onTry,
  onDo,
  onClose,
}: {
  dialog: OpenDialog;
  organisationId: string;
  board: BoardView;
  today: string;
  copyId: string | undefined;
  nameOf: (entryId: string) => string;
  onChoose: (drop: Drop) => void;
  onSettled: (settling: Settling, as: PlaceAs) => void;
  onTry: (change: BoardChange) => void;
  /** At once: what has happened needs no trying out. */
  onDo: (change: BoardChange) => void;
  onClose: () => void;
}) => {
  const tryOut = (change: BoardChange) => {
    onClose();
    onTry(change);
  };
  const doNow = (change: BoardChange) => {
    onClose();
    onDo(change);
  };
  switch (dialog.kind) {
    case 'move':
      return (
        <MoveDialog
          organisationId={organisationId}
          board={board}
          entryId={dialog.entryId}
          title={nameOf(dialog.entryId)}
          copyId={copyId}
          onChoose={(drop) => {
            onClose();
            onChoose(drop);
          }}
          onClose={onClose}
        />
      );
    case 'settle':
      return (
        <SettleDialog
          settling={dialog.settling}
          board={board}
          onConfirm={(as) => {
            onClose();
            onSettled(dialog.settling, as);
          }}
          onClose={onClose}
        />
      );
    case 'ill':
      return (
        <IllDialog board={board} today={today} technicianId={dialog.technicianId} onTry={tryOut} onClose={onClose} />
      );
    case 'urgent':
      return (
        <UrgentDialog organisationId={organisationId} board={board} today={today} onTry={tryOut} onClose={onClose} />
      );
    case 'partLate':
      return <PartLateDialog board={board} today={today} onDo={doNow} onClose={onClose} />;
    case 'happened':
      return (
        <HappenedDialog
          happening={dialog.happening}
          visit={dialog.visit}
          timeZone={board.timeZone}
          onDo={doNow}
          onClose={onClose}
        />
      );
  }
};
