import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { DocumentFileReceived } from '@kuluma/shared/model/views/documents.ts';
import { pieceBytes } from '@kuluma/shared/model/visit-files.ts';
import { ProblemError, postJson } from '../../parts/api-client.ts';
import { base64Of } from '../../parts/base64.ts';
import { browserRandom } from '../../parts/random.ts';

/** So often in a row a piece is tried whose answer was lost. */
const mostTries = 5;
const tryAgainMs = 1_000;

/** One piece, again while nothing is heard: what came twice adds nothing. */
const sendPiece = async (path: string, piece: object): Promise<DocumentFileReceived> => {
  for (let tries = 1; ; tries++)
    try {
      return await postJson<DocumentFileReceived>(path, piece);
    } catch (error) {
      if (!(error instanceof ProblemError && error.ambiguous) || tries === mostTries) throw error;
      await new Promise((resume) => setTimeout(resume, tryAgainMs * tries));
    }
};

/**
 * Sends a file of documents piece by piece.
 * @param onSent share that has come, 0..1
 * @throws ProblemError; what the browser says where the file cannot be read any more
 */
export const sendFile = async (
  organisationId: string,
  file: File,
  onSent: (share: number) => void,
): Promise<Id<'documentFile'>> => {
  const fileId = newId('documentFile', browserRandom);
  const path = setUpPaths.documentFile(organisationId, fileId);
  for (let offset = 0; ; ) {
    const bytes = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
    const piece = { offset, size: file.size, name: file.name.slice(-200), base64: base64Of(bytes) };
    const { receivedBytes, isComplete } = await sendPiece(path, piece);
    if (isComplete) return fileId;
    offset = receivedBytes;
    onSent(offset / file.size);
  }
};
