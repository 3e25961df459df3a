import { handOver } from '@kuluma/shared/node/hand-over.ts';
import type { SmsChannel } from '../../channel-ports.ts';

export interface HttpSmsOptions {
  /** Where text messages are handed over: POST. docs/sms-gateway.md says how. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

/** Text messages through an HTTP gateway. */
export const createHttpSms = ({ url, token, timeoutMs = 20_000 }: HttpSmsOptions): SmsChannel => {
  const gateway = { name: 'the SMS gateway', url, headers: { authorization: `Bearer ${token}` }, timeoutMs };
  return { send: (sms) => handOver(gateway, JSON.stringify(sms)) };
};
