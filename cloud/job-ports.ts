import type { ErrorCode, Fault } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';

/** Heavy work for one of all processes on the records' database. */
export interface JobOrder {
  readonly kind: string;
  /** While a job of this name waits or is being done, no second one is entered. */
  readonly name: string;
  readonly organisationId: Id<'organisation'>;
  /** JSON; forgotten when the job ends. */
  readonly input: unknown;
  /** How often it is begun before it is dead. */
  readonly mostAttempts: number;
}

/** A job that a process holds: by its attempt too, so that whoever lost it changes nothing any more. */
export interface ClaimedJob extends JobOrder {
  readonly id: string;
  readonly doer: string;
  /** From 1. */
  readonly attempt: number;
  /** Whether the same doer did the last job of this name, and nobody else has begun this one. */
  readonly goesOn: boolean;
}

/** Why a job failed; as of an AppError. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly faults: readonly Fault[];
}

/** What becomes of a job that was begun: `failed` comes back later or is dead, `givenBack` is as if it had not been begun. */
export type JobOutcome =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'stopped' }
  | { readonly state: 'failed'; readonly error: JobError; readonly againInMs: number | null }
  | { readonly state: 'givenBack' };

export interface JobState {
  readonly state: 'waiting' | 'doing' | 'done' | 'stopped' | 'dead';
  readonly attempts: number;
  /** What the doer said last of how far it is; JSON. */
  readonly progress: unknown;
  readonly result: unknown;
  readonly error: JobError | null;
}

/** Of the jobs of a kind that have not ended, and of those that are dead. */
export interface JobFigures {
  readonly kind: string;
  readonly waiting: number;
  readonly doing: number;
  readonly dead: number;
  /** How long the one that could be begun first has waited. */
  readonly oldestMs: number;
}

/** Jobs of a kind of which some have ended here, since the start; see the table of jobs. */
export interface JobEnds {
  readonly kind: string;
  readonly done: number;
  readonly stopped: number;
  /** Attempts that failed, the last ones too. */
  readonly failed: number;
  /** Given up for good. */
  readonly dead: number;
  /** All attempts together. */
  readonly tookMs: number;
}

/** The table of jobs; all times by the clock of the database. */
export interface JobTable {
  /** @returns the job of that name that is there already, where one is */
  enter(order: JobOrder): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** The next of a kind, also one whose doer is gone; held for so long. */
  claim(kind: string, doer: string, forMs: number): Promise<ClaimedJob | undefined>;
  /** Holds it for so long from now. @returns `lost` when somebody else has it or it was ended */
  hold(job: ClaimedJob, forMs: number, progress?: unknown): Promise<'held' | 'stop' | 'lost'>;
  /** @returns false when it was lost: then nothing is written */
  end(job: ClaimedJob, outcome: JobOutcome): Promise<boolean>;
  /** Ends the job of a name that waits, and asks the doer of one that is being done to stop. */
  stop(name: string): Promise<void>;
  read(id: string): Promise<JobState | undefined>;
  figures(): Promise<JobFigures[]>;
  /** Forgets what ended so long ago; dead ones after so long. @returns how many */
  forget(endedMs: number, deadMs: number): Promise<number>;
  /** Calls when jobs were entered, ended or asked to stop, here or elsewhere; not surely. @returns how to stop it */
  watch(listener: () => void): () => void;
}
