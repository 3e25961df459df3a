import type { Random } from '@kuluma/shared/clock.ts';
import { asAppError } from '@kuluma/shared/errors.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { backoffMs } from './core/backoff.ts';
import type { Outbox, StoredBatch, Uplink, UplinkSession, WallTimer } from './ports.ts';

export interface ForwarderDeps {
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  state(online: boolean): GatewayState;
}

const mostInFlight = 16;
const stateIntervalMs = 10_000;
const drainMs = 5000;
/** How long a broker may take for the last state; one that is silent sends the will instead. */
const goodbyeMs = 1000;

interface InFlight {
  readonly batch: StoredBatch;
  isAcked: boolean;
}

/**
 * Moves batches from the outbox to the broker, in order, while connected. A batch leaves the outbox only when it and all
 * before it were acknowledged; after a lost connection everything not acknowledged goes again under its old key.
 */
export class Forwarder implements Part {
  readonly name = 'forwarder';
  readonly #deps: ForwarderDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #session: UplinkSession | undefined;
  #ackedSamples = 0;
  /** Connections in a row that got nothing acknowledged. */
  #failures = 0;
  /** Ends the wait of the loop: something was stored, acknowledged or lost. */
  #wake: () => void = () => undefined;

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
  }

  /** Samples that the broker acknowledged since the start, those of earlier runs included. */
  get ackedSamples(): number {
    return this.#ackedSamples;
  }

  get isDrained(): boolean {
    const { cursor, end } = this.#deps.outbox.depth;
    return cursor === end;
  }

  async start(): Promise<void> {
    this.#deps.outbox.onStored(() => this.#wake());
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    const { uplink, timer, random, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        this.#session = await uplink.connect(this.#stateBytes(false), this.#stopping.signal);
        log.info('connected to the broker');
        // `stop` may have come while nobody knew of the session yet.
        if (!this.#stopping.signal.aborted) await this.#forward(this.#session);
        if (!this.#stopping.signal.aborted) log.warn('lost the broker');
      } catch (error) {
        const { code, message, hint } = asAppError(error);
        if (this.#failures === 0)
          log.warn({ code, why: message, hint }, 'cannot reach the broker; samples stay in the outbox');
      }
      // Over already, unless something else than the session failed; not awaited, as a dead peer never says goodbye.
      void this.#session?.end();
      this.#session = undefined;
      this.#failures++;
      await timer.sleep(backoffMs(this.#failures, random, 250, 30_000), this.#stopping.signal);
    }
  }

  /** Until the session ends. */
  async #forward(session: UplinkSession): Promise<void> {
    const { outbox } = this.#deps;
    let isOpen = true;
    void session.closed.then(() => {
      isOpen = false;
      this.#wake();
    });
    const reporting = this.#report(session, () => isOpen);
    const inFlight: InFlight[] = [];
    let next = outbox.depth.cursor;
    while (isOpen) {
      const free = mostInFlight - inFlight.length;
      const waiting = outbox.depth.end - next;
      // A backlog is read half a window at a time, what is live at once.
      const isWorthReading = waiting > 0 && free >= Math.min(waiting, mostInFlight / 2);
      const batches = isWorthReading ? await outbox.read(next, free) : [];
      for (const batch of batches) {
        const entry = { batch, isAcked: false };
        inFlight.push(entry);
        void this.#send(session, entry, inFlight);
        next = batch.position + 1;
      }
      if (batches.length === 0 && isOpen) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    await reporting;
  }

  async #send(session: UplinkSession, entry: InFlight, inFlight: InFlight[]): Promise<void> {
    try {
      await session.send('live', entry.batch.payload);
    } catch (error) {
      // The session is over or about to be; the batch is still in the outbox.
      this.#deps.log.debug({ code: asAppError(error).code }, 'batch not acknowledged');
      await session.end();
      return;
    }
    entry.isAcked = true;
    this.#failures = 0;
    let last: number | undefined;
    while (inFlight[0]?.isAcked) {
      const { batch } = inFlight.shift() as InFlight;
      this.#ackedSamples += batch.sampleCount;
      last = batch.position;
    }
    this.#wake();
    if (last !== undefined) await this.#acknowledge(last);
  }

  async #acknowledge(position: number): Promise<void> {
    try {
      await this.#deps.outbox.ack(position);
    } catch (error) {
      // It is tried again with the next one; until then a restart would send again what the cloud knows by its key.
      this.#deps.log.error({ err: asAppError(error) }, 'the outbox cannot store its cursor');
    }
    this.#wake();
  }

  /** Publishes the retained state at once and then at an interval, until the session ends. */
  async #report(session: UplinkSession, isOpen: () => boolean): Promise<void> {
    const ended = new AbortController();
    void session.closed.then(() => ended.abort());
    while (isOpen()) {
      await session.send('state', this.#stateBytes(true), { retain: true }).catch(() => session.end());
      await this.#deps.timer.sleep(stateIntervalMs, ended.signal);
    }
  }

  #stateBytes(online: boolean): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.#deps.state(online)));
  }

  /** Sends what is in the outbox for a bounded time, as long as there is a connection, then says goodbye. */
  async stop(): Promise<void> {
    await this.#deps.outbox.flush();
    await this.drain(drainMs, () => this.#session !== undefined);
    const session = this.#session;
    this.#stopping.abort();
    if (session) {
      const goodbye = session.send('state', this.#stateBytes(false), { retain: true }).catch(() => undefined);
      await Promise.race([goodbye, this.#deps.timer.sleep(goodbyeMs)]);
      await session.end();
    }
    await this.#loop;
  }

  /** Until the outbox is empty, at most `ms`, and only while `mayEnd` says that it can become so. */
  async drain(ms: number, mayEnd: () => boolean = () => true): Promise<void> {
    const { timer } = this.#deps;
    const untilMs = timer.now() + ms;
    while (!this.isDrained && mayEnd() && timer.now() < untilMs) await timer.sleep(10);
  }
}
