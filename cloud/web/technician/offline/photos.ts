import type { VisitFilePiece, VisitFileView } from '@kuluma/shared/model/views/commands.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { pieceBytes } from '@kuluma/shared/model/visit-files.ts';
import { base64Of } from '../../parts/base64.ts';
import type { Answer } from './acts.ts';

/** A photo as it waits on the phone. */
export interface KeptPhoto {
  readonly fileId: string;
  readonly visitId: string;
  readonly technicianId: string;
  /** JPEG. */
  readonly bytes: ArrayBuffer;
  /** The service said no; a person has to look at it. */
  readonly refusal: ProblemView | null;
}

export interface PhotoStore {
  photos(): Promise<KeptPhoto[]>;
  keepPhoto(photo: KeptPhoto): Promise<void>;
  dropPhoto(fileId: string): Promise<void>;
}

type PieceAnswer = ({ readonly kind: 'done' } & VisitFileView) | Exclude<Answer, { kind: 'done' }>;
export type SendPiece = (photo: KeptPhoto, piece: VisitFilePiece) => Promise<PieceAnswer>;

/**
 * Sends the photos of one technician, each piece by piece from where the service says that it stands: an upload that broke
 * goes on there, also after the phone died. A photo leaves the phone once the service has all of it.
 * @returns why it stopped, as `replay` does
 */
export const sendPhotos = async (
  store: PhotoStore,
  technicianId: string,
  send: SendPiece,
): Promise<'sent' | 'away' | 'signedOut'> => {
  const waiting = (await store.photos()).filter((one) => one.technicianId === technicianId && one.refusal === null);
  for (const photo of waiting) {
    const bytes = new Uint8Array(photo.bytes);
    let offset = 0;
    for (;;) {
      const piece = bytes.subarray(offset, offset + pieceBytes);
      const answer = await send(photo, { offset, size: bytes.length, base64: base64Of(piece) });
      if (answer.kind === 'away' || answer.kind === 'signedOut') return answer.kind;
      if (answer.kind === 'refused') {
        await store.keepPhoto({ ...photo, refusal: answer.problem });
        break;
      }
      if (answer.isComplete) {
        await store.dropPhoto(photo.fileId);
        break;
      }
      offset = answer.receivedBytes;
    }
  }
  return 'sent';
};
