import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { createTask, type ScheduledTask, validateDetailed } from 'node-cron';
import { alone, type Turn } from './job-lease.ts';

export interface JobReport {
  readonly name: string;
  /** Wall time; null before the first run. */
  readonly lastStartMs: number | null;
  /** Null before the first run has ended. */
  readonly lastOk: boolean | null;
  readonly lastError: string | null;
  /** Begun, of which `failures` failed; `skips` ticks came while the run before was still going. */
  readonly runs: number;
  readonly failures: number;
  readonly skips: number;
}

export interface Jobs extends Part {
  /**
   * Adds a job of which all processes together need one run; `everyHere` one that each needs of its own. It ticks between `start` and `stop`. node-cron only ticks: what time it is, a job asks its Clock.
   * @param expression five cron fields, or six with seconds first; in UTC. @throws CONFIG_INVALID
   */
  every(name: string, expression: string, run: () => Promise<void>): void;
  everyHere(name: string, expression: string, run: () => Promise<void>): void;
  /** Runs a job now, or waits for its running run; its failure is counted and logged, not thrown. @throws NOT_FOUND */
  runNow(name: string): Promise<void>;
  reports(): JobReport[];
}

class Job {
  readonly task: ScheduledTask;
  readonly #run: () => Promise<void>;
  readonly #turn: Turn;
  readonly #log: Logger;
  report: JobReport;
  running: Promise<void> | undefined;

  constructor(name: string, expression: string, run: () => Promise<void>, turn: Turn, log: Logger) {
    this.#run = run;
    this.#turn = turn;
    this.#log = log.child({ job: name });
    this.report = { name, lastStartMs: null, lastOk: null, lastError: null, runs: 0, failures: 0, skips: 0 };
    const logger = {
      info: () => {},
      debug: () => {},
      warn: (message: string) => this.#log.warn({ message }, 'cron warns'),
      error: (error: string | Error) => this.#log.error({ err: error }, 'cron failed'),
    };
    this.task = createTask(expression, () => this.tick(), { name, timezone: 'UTC', logger });
  }

  /** One run at a time: a tick during a run is left out. */
  async tick(): Promise<void> {
    if (!this.#turn.isMine()) return;
    if (this.running) {
      this.report = { ...this.report, skips: this.report.skips + 1 };
      return;
    }
    await this.go();
  }

  go(): Promise<void> {
    this.running ??= this.#once().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async #once(): Promise<void> {
    this.report = { ...this.report, lastStartMs: Date.now(), runs: this.report.runs + 1 };
    try {
      await this.#run();
      this.report = { ...this.report, lastOk: true, lastError: null };
    } catch (error) {
      this.#log.error({ err: error }, 'a job failed');
      const lastError = asAppError(error).message;
      this.report = { ...this.report, lastOk: false, lastError, failures: this.report.failures + 1 };
    }
  }
}

/** @param turn while it is not ours, ticks of shared jobs are left out */
export const createJobs = (log: Logger, turn: Turn = alone): Jobs => {
  const jobs = new Map<string, Job>();
  const add = (name: string, expression: string, run: () => Promise<void>, whose: Turn): void => {
    const { errors } = validateDetailed(expression);
    const faults = errors.map(({ field, message }) => ({ path: `${name} ${field}`, message }));
    if (faults.length > 0) throw new AppError('CONFIG_INVALID', `"${expression}" is no cron expression`, { faults });
    if (jobs.has(name)) throw new AppError('CONFIG_INVALID', `two jobs are named ${name}`);
    jobs.set(name, new Job(name, expression, run, whose, log));
  };
  return {
    name: 'jobs',
    every: (name, expression, run) => add(name, expression, run, turn),
    everyHere: (name, expression, run) => add(name, expression, run, alone),
    async runNow(name) {
      const job = jobs.get(name);
      if (!job) throw new AppError('NOT_FOUND', `there is no job ${name}`);
      await job.go();
    },
    reports: () => [...jobs.values()].map((job) => job.report),
    async start() {
      for (const { task } of jobs.values()) await task.start();
    },
    async stop() {
      for (const { task } of jobs.values()) await task.destroy();
      await Promise.all([...jobs.values()].map((job) => job.running));
    },
  };
};
