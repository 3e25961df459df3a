import { AppError } from '@kuluma/shared/errors.ts';
import type { SmsChannel } from '../../ports.ts';

export interface HttpSmsOptions {
  /** Where text messages are handed over: POST. docs/sms-gateway.md says how. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

/** Before the request was written nothing can have been taken. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const codeOfCause = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';

/** Text messages through an HTTP gateway. */
export const createHttpSms = ({ url, token, timeoutMs = 20_000 }: HttpSmsOptions): SmsChannel => ({
  async send(sms) {
    let status: number;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(sms),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      status = response.status;
    } catch (cause) {
      const code = neverLeft.has(codeOfCause(cause)) ? 'MESSAGE_UNAVAILABLE' : 'MESSAGE_UNKNOWN';
      throw new AppError(code, 'the SMS gateway did not answer', { cause });
    }
    if (status >= 200 && status < 300) return;
    // A wrong token is ours to put right, and a gateway that is busy says so.
    const later = status === 401 || status === 403 || status === 429 || status >= 500;
    throw new AppError(later ? 'MESSAGE_UNAVAILABLE' : 'MESSAGE_REFUSED', `the SMS gateway answered ${status}`);
  },
});
