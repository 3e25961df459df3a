import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { VisitFilePiece, VisitFileView } from '@kuluma/shared/model/views/commands.ts';
import { isJpeg } from '../core/documents/media-type.ts';
import type { Clock, FileStore, Random, Records } from '../ports.ts';
import { type VisitOfMine, visitOfMine } from './advance-visit.ts';
import { takeUpload } from './take-upload.ts';

/** A visit with more pictures than that is a phone that went wrong. */
const mostPerVisit = 100;

const jpegOnly = (bytes: Uint8Array) => (isJpeg(bytes) ? 'image/jpeg' : undefined);

/**
 * Takes a piece of a photo. Whatever comes twice, late or out of place adds nothing; the answer says where the next piece
 * begins.
 * @throws NOT_FOUND for another technician's visit; INPUT_INVALID for what is no JPEG, or longer than it said; CONFLICT for
 * an id of another visit, or one picture too many
 */
export const takeFilePiece = async (
  deps: { readonly records: Records; readonly files: FileStore; readonly clock: Clock; readonly random: Random },
  mine: Omit<VisitOfMine, 'seenVersion'> & { readonly personId: Id<'person'>; readonly fileId: Id<'visitFile'> },
  piece: VisitFilePiece,
): Promise<VisitFileView> => {
  const { records, files } = deps;
  const { organisationId, visitId, personId, fileId } = mine;
  await visitOfMine(records, mine);
  const known = await records.get('visitFile', organisationId, fileId);
  if (known && known.visitId !== visitId) throw new AppError('CONFLICT', 'the file is of another visit');
  if (known) return { receivedBytes: known.bytes, isComplete: true };
  // Ids are the phones' own: two organisations never share an upload.
  const uploadId = `${organisationId}-${visitId}-${fileId}`;
  const { receivedBytes, whole } = await takeUpload(files, uploadId, piece, jpegOnly, {
    message: 'the file is no JPEG',
    hint: 'take the picture again',
  });
  if (!whole) return { receivedBytes, isComplete: false };
  await records.transact(async (tx) => {
    if (await tx.get('visitFile', organisationId, fileId)) return;
    const others = await tx.list('visitFile', organisationId, { where: { visitId } });
    if (others.length >= mostPerVisit) throw new AppError('CONFLICT', `a visit has at most ${mostPerVisit} pictures`);
    const createdBy = { kind: 'person', personId } as const;
    await tx.insert('visitFile', {
      ...freshBase('visitFile', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
      id: fileId,
      visitId,
      mediaType: whole.kind,
      bytes: receivedBytes,
      sha256: whole.sha256,
    });
  });
  return { receivedBytes, isComplete: true };
};
