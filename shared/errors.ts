/** The one error root. Expected outcomes are values; an AppError is thrown at the rims and caught at loops. */

/** Whether trying the same act again can help. `ambiguous`: it may have happened, ask before you repeat. */
export type RetryClass = 'transient' | 'ambiguous' | 'permanent';

/** Every code the product can answer with, its retry class and HTTP status. */
export const errorCodes = {
  CONFIG_INVALID: { retry: 'permanent', status: 400 },
  INPUT_INVALID: { retry: 'permanent', status: 400 },
  NOT_SIGNED_IN: { retry: 'permanent', status: 401 },
  FORBIDDEN: { retry: 'permanent', status: 403 },
  SECOND_FACTOR_NEEDED: { retry: 'permanent', status: 403 },
  SECOND_FACTOR_MISSING: { retry: 'permanent', status: 403 },
  NOT_FOUND: { retry: 'permanent', status: 404 },
  CONFLICT: { retry: 'permanent', status: 409 },
  SLOT_TAKEN: { retry: 'permanent', status: 409 },
  STOCK_SHORT: { retry: 'permanent', status: 409 },
  TOO_LATE: { retry: 'permanent', status: 409 },
  EXPIRED: { retry: 'permanent', status: 410 },
  PRECONDITION_REQUIRED: { retry: 'permanent', status: 428 },
  NO_LEGAL_BASIS: { retry: 'permanent', status: 403 },
  NO_FEASIBLE_SLOT: { retry: 'permanent', status: 422 },
  NOT_ENOUGH_DATA: { retry: 'permanent', status: 422 },
  STORE_LOCKED: { retry: 'permanent', status: 503 },
  STORE_UNAVAILABLE: { retry: 'transient', status: 503 },
  OUTBOX_FULL: { retry: 'transient', status: 503 },
  LINK_DOWN: { retry: 'transient', status: 503 },
  LINK_TIMEOUT: { retry: 'ambiguous', status: 504 },
  REPLY_MISMATCH: { retry: 'transient', status: 502 },
  MESSAGE_REFUSED: { retry: 'permanent', status: 502 },
  MESSAGE_UNAVAILABLE: { retry: 'transient', status: 503 },
  MESSAGE_UNKNOWN: { retry: 'ambiguous', status: 504 },
  INTERNAL: { retry: 'ambiguous', status: 500 },
} as const satisfies Record<string, { retry: RetryClass; status: number }>;

export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with an input: where (a path or file:line:column), what, and what to do. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** For whoever words it in another language. */
  readonly code?: string;
  /** What the code measures against: the least number, the words that are allowed. */
  readonly limit?: string | number;
  /** Of a cell of a file: its column, and what stood there. */
  readonly field?: string;
  readonly value?: string;
}

/** What a value can lack under a schema. */
export const schemaFaults = [
  'missing',
  'notText',
  'notNumber',
  'notWhole',
  'notYesNo',
  'atLeast',
  'moreThan',
  'atMost',
  'lessThan',
  'tooShort',
  'tooLong',
  'tooFew',
  'tooMany',
  'notOneOf',
  'wrongForm',
  'unknownKey',
  'wrongKind',
] as const;
export type SchemaFault = (typeof schemaFaults)[number];

export interface AppErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly faults?: readonly Fault[];
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retry: RetryClass;
  readonly hint: string | undefined;
  readonly faults: readonly Fault[];

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retry = errorCodes[code].retry;
    this.hint = options.hint;
    this.faults = options.faults ?? [];
  }
}

/** The AppError that `error` is, or an INTERNAL one that carries it as cause. */
export const asAppError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
