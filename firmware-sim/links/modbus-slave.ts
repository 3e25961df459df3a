import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Framing } from './framing.ts';
import type { ModbusUnit } from './modbus-unit.ts';
import { answerPdu } from './pdu.ts';

export interface SlaveOptions {
  readonly units: ReadonlyMap<number, ModbusUnit>;
  /** True while the link is dropped: nothing is heard, nothing is said. */
  readonly isDropped: () => boolean;
  /** How long the units think, and how long request and reply are on the line. */
  readonly replyDelayMs: (frameBytes: number) => number;
}

const silenceMs = 100;

/** Answers requests of one stream in their order, one at a time, as a bus does. */
export const serveStream = (stream: Duplex, framing: Framing, options: SlaveOptions): void => {
  const answer = async (frame: Frame): Promise<void> => {
    const unit = options.units.get(frame.unit);
    if (!unit?.isAnswering() || options.isDropped()) return;
    const reply = answerPdu(frame.pdu, unit);
    const bytes = frame.frameReply(reply.pdu);
    const delayMs = options.replyDelayMs(frame.bytes + bytes.length);
    if (delayMs > 0) await sleep(delayMs);
    if (stream.destroyed || options.isDropped()) return;
    await new Promise<void>((resolve) => {
      stream.write(bytes, (error) => {
        if (!error) reply.onSent?.();
        resolve();
      });
    });
  };
  let queue = Promise.resolve();
  let silence: NodeJS.Timeout | undefined;
  stream.on('data', (chunk: Buffer) => {
    clearTimeout(silence);
    const frames = framing.push(chunk);
    if (!frames) {
      stream.destroy();
      return;
    }
    for (const frame of frames) queue = queue.then(() => answer(frame));
    silence = setTimeout(() => framing.onSilence(), silenceMs);
    silence.unref();
  });
  stream.on('close', () => clearTimeout(silence));
};
