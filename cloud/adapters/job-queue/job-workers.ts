import { randomUUID } from 'node:crypto';
import { asAppError } from '@kuluma/shared/errors.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ClaimedJob, JobEnds, JobError, JobOutcome, JobTable } from '../../job-ports.ts';

/** What a job is done with: `signal` ends it, `progress` tells how far it is. */
export interface JobRun {
  readonly signal: AbortSignal;
  progress(said: unknown): void;
}

export interface JobKind {
  readonly kind: string;
  /** So many of the kind are done here at a time. */
  readonly atOnce: number;
  /** Must bear to be begun again: a process that dies takes what it had done along, or not. @returns JSON */
  run(job: ClaimedJob, run: JobRun): Promise<unknown>;
}

const lookEveryMs = 2_000;
/** Whoever dies holds a job for so long; whoever hangs stops by itself before another may begin it. */
const holdForMs = 15_000;
const holdEveryMs = 3_000;
const marginMs = 2_000;
const progressEveryMs = 500;
/** After each failure twice as long, for an hour at most. */
const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
/** What is not done so long after a stop is given back to others. */
const stopWithinMs = 5_000;

const pauseAfter = (attempt: number): number => Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);

const errorOf = (error: unknown): JobError => {
  const { code, message, hint, faults } = asAppError(error);
  return { code, message, faults, ...(hint === undefined ? {} : { hint }) };
};

const noneOf = (kind: string): JobEnds => ({ kind, done: 0, stopped: 0, failed: 0, dead: 0, tookMs: 0 });

type Why = 'stop' | 'lost' | 'shutdown';

/** Does jobs of the table: any number of processes may, each job is done by one. */
export class JobWorkers implements Part {
  readonly name = 'workers';
  readonly #table: JobTable;
  readonly #kinds: readonly JobKind[];
  readonly #log: Logger;
  readonly #me = randomUUID();
  readonly #running = new Map<string, { readonly kind: string; readonly ended: Promise<void>; end(why: Why): void }>();
  readonly #ends = new Map<string, JobEnds>();
  #looking: Promise<void> | undefined;
  #isAsked = false;
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;
  #unwatch = (): void => {};
  /** Told at once when somebody asks for a stop. */
  readonly #recheck = new Set<() => void>();

  constructor(table: JobTable, kinds: readonly JobKind[], log: Logger) {
    this.#table = table;
    this.#kinds = kinds;
    this.#log = log;
    // From none on, so that whoever watches sees the first one come.
    for (const { kind } of kinds) this.#ends.set(kind, noneOf(kind));
  }

  async start(): Promise<void> {
    this.#isOpen = true;
    this.#unwatch = this.#table.watch(() => {
      this.#look();
      for (const recheck of this.#recheck) recheck();
    });
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#look();
  }

  /** What is being done is asked to end, and what has not ended soon goes to another process, as if it was never begun. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#unwatch();
    await this.#looking;
    for (const { end } of this.#running.values()) end('shutdown');
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  ends(): JobEnds[] {
    return [...this.#ends.values()];
  }

  #look(): void {
    this.#isAsked = true;
    this.#looking ??= this.#claimAll().finally(() => {
      this.#looking = undefined;
    });
  }

  async #claimAll(): Promise<void> {
    while (this.#isAsked && this.#isOpen) {
      this.#isAsked = false;
      try {
        for (const kind of this.#kinds) await this.#claim(kind);
      } catch (error) {
        this.#log.warn({ err: error }, 'the table of jobs cannot be read');
      }
    }
  }

  async #claim(kind: JobKind): Promise<void> {
    const busy = [...this.#running.values()].filter((run) => run.kind === kind.kind).length;
    for (let free = kind.atOnce - busy; free > 0 && this.#isOpen; free--) {
      const askedMs = performance.now();
      const job = await this.#table.claim(kind.kind, this.#me, holdForMs);
      if (!job) return;
      this.#begin(kind, job, askedMs);
    }
  }

  #begin(kind: JobKind, job: ClaimedJob, askedMs: number): void {
    const abort = new AbortController();
    const end = (why: Why) => {
      if (!abort.signal.aborted) abort.abort(why);
    };
    const holding = this.#keepHolding(job, askedMs, end);
    // A job that was lost may be begun again here before its first attempt has let go: both are told apart.
    const run = `${job.id} ${job.attempt}`;
    const ended = this.#do(kind, job, abort.signal, (said) => holding.say(said)).finally(() => {
      holding.close();
      this.#running.delete(run);
      this.#look();
    });
    this.#running.set(run, { kind: job.kind, ended, end });
  }

  /** Renews the hold until closed; ends the work when somebody asks for that, and before another may begin it. */
  #keepHolding(job: ClaimedJob, askedMs: number, end: (why: Why) => void): { say(said: unknown): void; close(): void } {
    let untilMs = askedMs + holdForMs - marginMs;
    let said: unknown;
    let saidAtMs = Number.NEGATIVE_INFINITY;
    let asking = false;
    let again = false;
    const ask = async (): Promise<void> => {
      again = asking;
      if (asking) return;
      asking = true;
      const atMs = performance.now();
      try {
        const answer = await this.#table.hold(job, holdForMs, said);
        if (answer !== 'held') end(answer);
        else untilMs = atMs + holdForMs - marginMs;
      } catch (error) {
        this.#log.warn({ err: error, job: job.name }, 'a job is not held any longer');
      }
      asking = false;
      if (performance.now() > untilMs) end('lost');
      if (again) await ask();
    };
    const timer = setInterval(() => void ask(), holdEveryMs);
    const watchdog = setInterval(() => {
      if (performance.now() > untilMs) end('lost');
    }, 1_000);
    const recheck = () => void ask();
    this.#recheck.add(recheck);
    return {
      say: (now) => {
        said = now;
        if (performance.now() - saidAtMs < progressEveryMs) return;
        saidAtMs = performance.now();
        void ask();
      },
      close: () => {
        clearInterval(timer);
        clearInterval(watchdog);
        this.#recheck.delete(recheck);
      },
    };
  }

  async #do(kind: JobKind, job: ClaimedJob, signal: AbortSignal, progress: JobRun['progress']): Promise<void> {
    const beganMs = performance.now();
    const outcome = await this.#outcomeOf(kind, job, signal, progress);
    if (outcome) {
      const isOurs = await this.#end(job, outcome);
      if (isOurs) this.#count(job.kind, outcome, performance.now() - beganMs);
    }
  }

  /** Undefined where it is somebody else's by now. */
  async #outcomeOf(
    kind: JobKind,
    job: ClaimedJob,
    signal: AbortSignal,
    progress: JobRun['progress'],
  ): Promise<JobOutcome | undefined> {
    const why = (): Why => signal.reason as Why;
    const { promise: left, resolve: leave } = Promise.withResolvers<'left'>();
    // Work that does not end when it is asked to is left alone: nothing that it says later counts.
    signal.addEventListener('abort', () => setTimeout(() => leave('left'), stopWithinMs).unref(), { once: true });
    try {
      const result = await Promise.race([kind.run(job, { signal, progress }), left]);
      if (result !== 'left') return { state: 'done', result };
    } catch (error) {
      if (!signal.aborted) return this.#failed(job, error);
    }
    if (why() === 'lost') {
      this.#log.warn({ job: job.name }, 'a job was lost to another process');
      return undefined;
    }
    return { state: why() === 'stop' ? 'stopped' : 'givenBack' };
  }

  #failed(job: ClaimedJob, failure: unknown): JobOutcome {
    const error = errorOf(failure);
    const isFinal = asAppError(failure).retry === 'permanent' || job.attempt >= job.mostAttempts;
    this.#log.error({ err: failure, job: job.name, attempt: job.attempt, isFinal }, 'a job of the table failed');
    return { state: 'failed', error, againInMs: isFinal ? null : pauseAfter(job.attempt) };
  }

  async #end(job: ClaimedJob, outcome: JobOutcome): Promise<boolean> {
    try {
      return await this.#table.end(job, outcome);
    } catch (error) {
      // Its hold runs out, and it is begun again.
      this.#log.warn({ err: error, job: job.name }, 'the end of a job was not written');
      return false;
    }
  }

  #count(kind: string, outcome: JobOutcome, tookMs: number): void {
    if (outcome.state === 'givenBack') return;
    const before = this.#ends.get(kind) ?? noneOf(kind);
    const isDead = outcome.state === 'failed' && outcome.againInMs === null;
    this.#ends.set(kind, {
      ...before,
      [outcome.state]: before[outcome.state] + 1,
      dead: before.dead + Number(isDead),
      tookMs: before.tookMs + tookMs,
    });
  }
}
