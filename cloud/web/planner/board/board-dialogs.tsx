import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { BoardView } from '@kuluma/shared/model/views/board.ts';
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
  | { readonly kind: 'urgent' };

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
  onClose: () => void;
}) => {
  const tryOut = (change: BoardChange) => {
    onClose();
    onTry(change);
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
  }
};
