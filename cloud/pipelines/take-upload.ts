import { AppError } from '@kuluma/shared/errors.ts';
import type { FileStore } from '../ports.ts';

/** A piece of a file that comes in pieces: its place and the size of the whole file, in bytes. */
interface Piece {
  readonly offset: number;
  readonly size: number;
  readonly base64: string;
}

/**
 * Takes a piece of a file. Whatever comes twice, late or out of place adds nothing; the answer says where the next piece
 * begins, and what the file is once it is whole.
 * @param kindOf what the bytes are; undefined for what is not taken
 * @throws INPUT_INVALID for what is longer than it said, or none of the kinds; then nothing of it is left
 */
export const takeUpload = async <Kind>(
  files: FileStore,
  uploadId: string,
  { offset, size, base64 }: Piece,
  kindOf: (bytes: Uint8Array) => Kind | undefined,
  refusal: { readonly message: string; readonly hint: string },
): Promise<{ readonly receivedBytes: number; readonly whole: { sha256: string; kind: Kind } | null }> => {
  const receivedBytes = await files.append(uploadId, offset, Buffer.from(base64, 'base64'));
  if (receivedBytes < size) return { receivedBytes, whole: null };
  const kind = receivedBytes > size ? undefined : kindOf(await files.read(uploadId));
  if (kind === undefined) {
    await files.drop(uploadId);
    const message = receivedBytes > size ? 'the file is longer than it said' : refusal.message;
    throw new AppError('INPUT_INVALID', message, { hint: refusal.hint });
  }
  return { receivedBytes, whole: { sha256: await files.keep(uploadId), kind } };
};
