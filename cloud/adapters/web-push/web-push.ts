import { handOver } from '@kuluma/shared/node/hand-over.ts';
import webPush from 'web-push';
import type { PushChannel } from '../../channel-ports.ts';
import { type VapidKeys, vapidKeysIn } from './vapid-keys.ts';

export interface WebPushOptions {
  /** Folder of the keys. */
  readonly dir: string;
  /** Whom a push service may ask about us: `mailto:` or `https:`. */
  readonly subject: string;
  /** Hosts of push services, with those below them; or whole origins. Nothing is sent anywhere else. */
  readonly services: readonly string[];
  readonly timeoutMs?: number;
}

/** Notes to browsers through the push services that their makers run (RFC 8030), encrypted for the browser (RFC 8291). */
export const createWebPush = ({ dir, subject, services, timeoutMs = 20_000 }: WebPushOptions): PushChannel => {
  let reading: Promise<VapidKeys> | undefined;
  const keys = (): Promise<VapidKeys> => {
    reading ??= vapidKeysIn(dir).catch((error: unknown) => {
      // The next call reads anew.
      reading = undefined;
      throw error;
    });
    return reading;
  };
  return {
    takes(endpoint) {
      if (!URL.canParse(endpoint)) return false;
      const { origin, protocol, port, hostname } = new URL(endpoint);
      const isBelow = (host: string) => hostname === host || hostname.endsWith(`.${host}`);
      return services.some((one) => one === origin || (protocol === 'https:' && port === '' && isBelow(one)));
    },
    publicKey: async () => (await keys()).publicKey,
    async send({ to: { endpoint, p256dh, auth }, text, topic, keepForMs }) {
      const { body, headers } = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, text, {
        vapidDetails: { subject, ...(await keys()) },
        contentEncoding: 'aes128gcm',
        TTL: Math.ceil(keepForMs / 1000),
        urgency: 'high',
        topic,
      });
      // The length is that of the body: fetch counts it itself.
      const { 'Content-Length': _, ...named } = headers;
      const sent = Object.fromEntries(
        Object.entries(named).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      await handOver({ name: 'the push service', url: endpoint, headers: sent, timeoutMs }, new Uint8Array(body));
    },
  };
};
