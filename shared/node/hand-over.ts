import { AppError } from '../errors.ts';

/** Before the request was written nothing can have been taken. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const codeOfCause = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';

/**
 * Hands a body over to a server that takes or refuses it; JSON unless the headers say otherwise.
 * @param to.name of the server, for people
 * @throws AppError MESSAGE_REFUSED when it never will take it; MESSAGE_UNAVAILABLE when it did not; MESSAGE_UNKNOWN when it may
 * have
 */
export const handOver = async (
  to: {
    readonly name: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  },
  body: string | Uint8Array<ArrayBuffer>,
): Promise<void> => {
  let status: number;
  try {
    const response = await fetch(to.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...to.headers },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(to.timeoutMs),
    });
    await response.body?.cancel();
    status = response.status;
  } catch (cause) {
    const code = neverLeft.has(codeOfCause(cause)) ? 'MESSAGE_UNAVAILABLE' : 'MESSAGE_UNKNOWN';
    throw new AppError(code, `${to.name} did not answer`, { cause });
  }
  if (status >= 200 && status < 300) return;
  // A wrong secret is ours to put right, and who is busy says so.
  const later = status === 401 || status === 403 || status === 429 || status >= 500;
  throw new AppError(later ? 'MESSAGE_UNAVAILABLE' : 'MESSAGE_REFUSED', `${to.name} answered ${status}`);
};
