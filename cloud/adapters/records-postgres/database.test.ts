import { asAppError } from '@kuluma/shared/errors.ts';
import { expect, it } from 'vitest';
import { asRecordsError } from './database.ts';

const databaseError = (code: string) =>
  Object.assign(new Error('the statement failed'), { code, params: ['{"name":"A Person"}'], detail: 'A Person' });

it('keeps what a statement wrote out of the errors that the log gets', () => {
  for (const code of ['23514', '42703', '22P05', '40001', '23505']) {
    const error = asRecordsError(databaseError(code)) as Error;
    // A log shows the enumerable properties of an error, and message and stack of its cause.
    expect(JSON.stringify({ ...error }), code).not.toContain('A Person');
    expect(error.cause, code).toBeDefined();
  }
});

it('tells a fault of the value from a fault of ours', () => {
  const codeOf = (code: string) => asAppError(asRecordsError(databaseError(code))).code;
  expect(['22P05', '23505', '40001', '42703'].map(codeOf)).toEqual([
    'INPUT_INVALID',
    'CONFLICT',
    'STORE_UNAVAILABLE',
    'INTERNAL',
  ]);
});
