import { AppError } from '@kuluma/shared/errors.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { isKept, Kept } from '@kuluma/shared/wire/kept.ts';
import { decodeLetter } from '@kuluma/shared/wire/letter.ts';
import { peekRecord, type RecordKey } from '@kuluma/shared/wire/record.ts';
import type { Uplink, UplinkSession } from './ports.ts';

/** A record that left and is not known to be with the cloud. */
interface Waiting {
  readonly key: RecordKey;
  end(error?: AppError): void;
}

const keptIn = (payload: Uint8Array): Kept | undefined => {
  try {
    const kept: unknown = JSON.parse(new TextDecoder().decode(payload));
    return isValid(Kept, kept) ? kept : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The uplink, but what is sent is acknowledged when the cloud says that it has the record on its disk: what the broker
 * acknowledged it may still forget. A session in which a record waits for that longer than `keptTimeoutMs`, wall time, ends
 * with LINK_TIMEOUT, so that everything it had under way goes again.
 */
export const untilKept = (uplink: Uplink, keptTimeoutMs: number): Uplink => ({
  async connect(will, signal, onMessage) {
    const waiting = new Set<Waiting>();
    const session = await uplink.connect(will, signal, (message) => {
      if (message.channel !== 'kept') return onMessage(message);
      const kept = keptIn(message.payload);
      if (kept) for (const one of [...waiting]) if (isKept(kept, one.key)) one.end();
    });
    return keptSession(session, waiting, keptTimeoutMs);
  },
});

const keptSession = (session: UplinkSession, waiting: Set<Waiting>, keptTimeoutMs: number): UplinkSession => {
  const endAll = () => {
    for (const one of [...waiting]) one.end(new AppError('LINK_DOWN', 'the session ended before the cloud had it'));
  };
  void session.closed.then(endAll);

  const giveUp = (one: Waiting) => {
    const hint = 'is mqtt.kind of the cloud external, and may the gateway read its channel kept at the broker?';
    one.end(
      new AppError('LINK_TIMEOUT', 'the broker took a record, and the cloud does not say that it has it', { hint }),
    );
    // One reason is enough for all of them.
    endAll();
    void session.end();
  };

  const wait = (key: RecordKey, sent: Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      let late: NodeJS.Timeout | undefined;
      const end = (error?: AppError) => {
        clearTimeout(late);
        waiting.delete(one);
        if (error) reject(error);
        else resolve();
      };
      const one: Waiting = { key, end };
      waiting.add(one);
      sent.then(() => {
        if (waiting.has(one)) late = setTimeout(giveUp, keptTimeoutMs, one);
      }, end);
    });

  return {
    closed: session.closed,
    async send(channel, payload, options) {
      if (channel === 'state') return session.send(channel, payload, options);
      const { key } = peekRecord(decodeLetter(payload).record);
      return wait(key, session.send(channel, payload, options));
    },
    end: () => session.end(),
  };
};
