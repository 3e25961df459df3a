import { AppError } from '@kuluma/shared/errors.ts';

export interface QueryResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that an insert, update or delete touched. */
  readonly affected: number;
}

/** One statement with its parameters, or a script of several without. */
export type Query = (sql: string, params?: readonly unknown[]) => Promise<QueryResult>;

/** What PGlite and a PostgreSQL server have in common for us. */
export interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
  readonly query: Query;
  /** One attempt, serialisable: committed when `work` resolves, rolled back when it rejects, whose error is thrown. */
  attempt<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * Hears what any process tells on a channel, until the database is closed; not what is told while the connection is
   * away. Absent where there is one process only.
   */
  listen?(channel: string, hear: (text: string) => void): void;
}

const textOf = (error: unknown, field: 'code' | 'constraint'): string =>
  typeof error === 'object' && error !== null && field in error
    ? String((error as Record<string, unknown>)[field])
    : '';

/**
 * True when the same work may succeed on another try: serialisation failure, deadlock, or a command key that another
 * transaction wrote meanwhile (the next try finds its answer).
 */
export const asksForRetry = (error: unknown): boolean => {
  const code = textOf(error, 'code');
  return (
    code === '40001' || code === '40P01' || (code === '23505' && textOf(error, 'constraint') === 'command_answer_pkey')
  );
};

/** SQLSTATE classes 53 (out of resources) and 57P (shut down by an operator). */
const isUnavailable = (code: string): boolean => /^(53|57P)/.test(code);

/**
 * A database error as one of ours; what is none, unchanged. KU001 is raised by the triggers of immutable kinds, SQLSTATE
 * class 22 (data exception) by a text with U+0000.
 */
export const asRecordsError = (error: unknown): unknown => {
  const code = textOf(error, 'code');
  if (error instanceof AppError || code === '') return error;
  if (code === '23505') return new AppError('CONFLICT', 'a record with this key exists already', { cause: error });
  if (code === 'KU001') return new AppError('CONFLICT', 'a record of this kind cannot be changed', { cause: error });
  if (code.startsWith('22'))
    return new AppError('INPUT_INVALID', 'the records store cannot keep this value', { cause: error });
  if (asksForRetry(error) || isUnavailable(code))
    return new AppError('STORE_UNAVAILABLE', 'the records store does not answer in time', {
      cause: error,
      hint: 'see whether the database runs and is not overloaded',
    });
  // The driver hangs the parameters on its error, and with them personal data: as a cause they stay out of the log.
  return new AppError('INTERNAL', 'the records store failed', { cause: error });
};
