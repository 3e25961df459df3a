import type { Random } from '@kuluma/shared/clock.ts';
import { asAppError } from '@kuluma/shared/errors.ts';
import { type SampleClass, sampleClasses } from '@kuluma/shared/model/topics.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { Pace } from '@kuluma/shared/wire/pace.ts';
import { backoffMs } from './core/backoff.ts';
import { TokenBucket } from './core/token-bucket.ts';
import { Lane, type Stretch } from './lane.ts';
import { Letters } from './letters.ts';
import type { DownMessage, Outbox, StoredRecord, Uplink, UplinkSession, WallTimer } from './ports.ts';

/** What the forwarder asks about time, and tells. */
export interface ForwarderTime {
  /** What to add to the times of provisional records of a start; null: nothing; undefined: not known yet. */
  restampOf(epoch: number): number | null | undefined;
  hearCloud(cloudMs: number): void;
}

export interface ForwarderDeps {
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  readonly timer: WallTimer;
  readonly time: ForwarderTime;
  readonly random: Random;
  readonly log: Logger;
  state(online: boolean): GatewayState;
  /** Gets what comes down and is not the forwarder's own. */
  onMessage(message: DownMessage): void;
}

const limits = {
  alarm: { records: 8, bytes: 64 * 1024 },
  live: { records: 16, bytes: 128 * 1024 },
  // The socket is one queue: what stands in it before a live record must be little.
  history: { records: 64, bytes: 64 * 1024 },
};
/** Where the cloud asks for none: a day of 1,000 points at 1 Hz in a quarter of an hour, and little memory. */
const ownPaceSamplesPerS = 100_000;
/** So many live records behind, the link is slower than the machines: they become backlog, and live begins anew. */
const mostLiveLag = 64;
const mostAtOnce = 8;
/** How long a session waits for the cloud to tell the time before records with untrusted times go as they are. */
const timeWaitMs = 10_000;
const stateIntervalMs = 10_000;
const drainMs = 5000;
/** How long a broker may take for the last state; one that is silent sends the will instead. */
const goodbyeMs = 1000;

/** One connection and what it has under way. */
interface Run {
  readonly session: UplinkSession;
  readonly sinceMs: number;
  readonly letters: Letters;
  readonly lanes: readonly Lane[];
  readonly live: Stretch;
  readonly backlog: Stretch;
  isOpen: boolean;
}

/**
 * Moves records from the outbox to the broker while connected: alarms first, then what is new, then what was waiting
 * when the connection came about, at the pace that the cloud asks for. A record leaves the outbox when it was
 * acknowledged; after a lost connection everything not acknowledged goes again under its old key.
 */
export class Forwarder implements Part {
  readonly name = 'forwarder';
  readonly #deps: ForwarderDeps;
  readonly #stopping = new AbortController();
  readonly #pace: TokenBucket;
  #loop: Promise<void> = Promise.resolve();
  #session: UplinkSession | undefined;
  #ackedSamples = 0;
  /** Connections in a row that got nothing acknowledged. */
  #failures = 0;
  /** Ends the wait of the loop: something was stored, acknowledged, told or lost. */
  #wake = new AbortController();

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
    this.#pace = new TokenBucket(ownPaceSamplesPerS, deps.timer.now());
  }

  /** Samples that were acknowledged since the start, those of earlier runs included. */
  get ackedSamples(): number {
    return this.#ackedSamples;
  }

  get isConnected(): boolean {
    return this.#session !== undefined;
  }

  get isDrained(): boolean {
    return sampleClasses.every((of) => this.#deps.outbox.queue(of).records === 0);
  }

  /** To be called when what it knows of time has changed. */
  wake(): void {
    this.#wake.abort();
  }

  async start(): Promise<void> {
    this.#deps.outbox.onStored(() => this.wake());
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    const { uplink, timer, random, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        this.#session = await uplink.connect(this.#stateBytes(false), this.#stopping.signal, (m) => this.#take(m));
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

  #take(message: DownMessage): void {
    if (message.channel === 'pace') this.#keepPace(message);
    else this.#deps.onMessage(message);
  }

  #keepPace({ payload, isRetained }: DownMessage): void {
    const { timer, time, log } = this.#deps;
    const pace = jsonOf(payload);
    if (!isValid(Pace, pace)) {
      log.warn('the cloud asks for a pace that is none');
      return;
    }
    this.#pace.setRate(pace.historySamplesPerS ?? ownPaceSamplesPerS, timer.now());
    if (pace.nowMs !== undefined && !isRetained) time.hearCloud(pace.nowMs);
    this.wake();
  }

  #runOf(session: UplinkSession): Run {
    const { outbox, timer } = this.#deps;
    const from = (of: SampleClass): Stretch => ({ class: of, next: outbox.queue(of).cursor, until: undefined });
    const { cursor, end } = outbox.queue('live');
    const live: Stretch = { class: 'live', next: end, until: undefined };
    const backlog: Stretch = { class: 'live', next: cursor, until: end };
    return {
      session,
      sinceMs: timer.now(),
      letters: new Letters(outbox),
      lanes: [
        new Lane('alarm', [from('alarm')], limits.alarm),
        new Lane('live', [live], limits.live),
        new Lane('history', [from('history'), backlog], limits.history),
      ],
      live,
      backlog,
      isOpen: true,
    };
  }

  /** Until the session ends. */
  async #forward(session: UplinkSession): Promise<void> {
    const run = this.#runOf(session);
    void session.closed.then(() => {
      run.isOpen = false;
      this.wake();
    });
    const reporting = this.#report(run);
    while (run.isOpen) {
      this.#wake = new AbortController();
      this.#yieldLag(run);
      let waitMs = Infinity;
      for (const lane of run.lanes) {
        const laneMs = await this.#fill(run, lane);
        waitMs = Math.min(waitMs, laneMs);
        // Whoever goes before has had its turn again before more of the history goes.
        if (laneMs === 0) break;
      }
      if (waitMs > 0 && run.isOpen) await this.#deps.timer.sleep(Math.min(waitMs, stateIntervalMs), this.#wake.signal);
    }
    await reporting;
  }

  /** Where live records lag too far they become backlog. */
  #yieldLag({ live, backlog }: Run): void {
    const { end } = this.#deps.outbox.queue('live');
    if (end - live.next <= mostLiveLag) return;
    // What lies between the old end of the backlog and here was sent and is acknowledged, or goes once more.
    backlog.until = end;
    live.next = end;
  }

  /** Sends some records of the lane; how long until it may send more: 0 where it sent, infinite where an event decides. */
  async #fill(run: Run, lane: Lane): Promise<number> {
    const { outbox, timer } = this.#deps;
    const nowMs = timer.now();
    const isPaced = lane.channel === 'history';
    const paceMs = isPaced ? this.#pace.waitMs(nowMs) : 0;
    if (lane.isFull || paceMs > 0) return lane.isFull ? Infinity : paceMs;
    const found = await lane.read(outbox, mostAtOnce);
    if (!found || !run.isOpen) return Infinity;
    let sent = 0;
    for (const record of found.records) {
      const restampMs = this.#restampOf(record, nowMs - run.sinceMs);
      if (restampMs === undefined) return sent > 0 ? 0 : run.sinceMs + timeWaitMs - nowMs;
      // One letter brings the table; the backlog waits until it has arrived.
      if (isPaced && !lane.isIdle && run.letters.carriesTable(record, nowMs)) break;
      if (lane.isFull || (isPaced && this.#pace.waitMs(nowMs) > 0)) break;
      if (isPaced) this.#pace.take(record.samples);
      found.stretch.next = record.position + 1;
      void this.#send(run, lane, record, restampMs);
      sent++;
    }
    return sent > 0 ? 0 : Infinity;
  }

  #restampOf({ provisionalEpoch }: StoredRecord, sessionMs: number): number | null | undefined {
    if (provisionalEpoch === null) return null;
    const known = this.#deps.time.restampOf(provisionalEpoch);
    return known === undefined && sessionMs >= timeWaitMs ? 0 : known;
  }

  async #send({ session, letters }: Run, lane: Lane, record: StoredRecord, restampMs: number | null): Promise<void> {
    const { outbox, timer, log } = this.#deps;
    lane.departs(record);
    const letter = letters.make(record, restampMs, timer.now());
    try {
      await session.send(lane.channel, letter.bytes);
    } catch (error) {
      // The session is over or about to be; the record is still in the outbox.
      const { code, message, hint } = asAppError(error);
      if (code === 'LINK_TIMEOUT')
        log.warn({ why: message, hint }, 'no acknowledgement; all of the session goes again');
      else log.debug({ code }, 'record not acknowledged');
      await session.end();
      return;
    }
    lane.arrives(record);
    letter.onAcked();
    this.#failures = 0;
    if (record.class === 'live') this.#ackedSamples += record.samples;
    outbox.ack(record.class, record.position);
    this.wake();
  }

  /** Publishes the retained state at once and then at an interval, until the session ends. */
  async #report({ session }: Run): Promise<void> {
    const ended = new AbortController();
    void session.closed.then(() => ended.abort());
    while (!ended.signal.aborted) {
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

const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};
