import { createHmac } from 'node:crypto';
import { handOver } from '@kuluma/shared/node/hand-over.ts';
import type { WebhookChannel } from '../../channel-ports.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and the key in base 64. */
  readonly secret: string;
  /** Of the timestamp that the other side checks; wall time. */
  readonly wallNow: () => number;
  readonly timeoutMs?: number;
}

/**
 * Events signed by HMAC-SHA256 over id, time and body. The same event has the same id in every attempt, and a time of its own.
 * Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers".
 */
export const createSignedWebhook = ({ url, secret, wallNow, timeoutMs = 20_000 }: WebhookOptions): WebhookChannel => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    send({ id, type, atMs, data }) {
      const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
      const timestamp = String(Math.floor(wallNow() / 1000));
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      };
      return handOver({ name: 'the webhook', url, headers, timeoutMs }, body);
    },
  };
};
