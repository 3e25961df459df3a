import { Type } from 'typebox';
import { expect, it } from 'vitest';
import { oneOf } from './base.ts';
import { faultsOf } from './validate.ts';

const Form = Type.Object(
  {
    name: Type.String({ minLength: 2, maxLength: 5, pattern: '^[a-z]*$' }),
    count: Type.Integer({ minimum: 1, exclusiveMaximum: 10 }),
    grade: oneOf(['low', 'high']),
    rows: Type.Array(Type.Object({ at: Type.Number() }), { minItems: 1, maxItems: 2 }),
  },
  { additionalProperties: false },
);
const good = { name: 'abc', count: 3, grade: 'low', rows: [{ at: 1 }] };
const codesOf = (changes: object) =>
  faultsOf(Form, { ...good, ...changes }).map(({ path, code, limit }) => [
    path,
    code,
    ...(limit === undefined ? [] : [limit]),
  ]);

it('says by a code what is wrong with a value, and against what', () => {
  expect(codesOf({})).toEqual([]);
  expect(codesOf({ name: 'a' })).toEqual([['/name', 'tooShort', 2]]);
  expect(codesOf({ name: 'abcdef' })).toEqual([['/name', 'tooLong', 5]]);
  expect(codesOf({ name: 'ABC' })).toEqual([['/name', 'wrongForm']]);
  expect(codesOf({ count: 0 })).toEqual([['/count', 'atLeast', 1]]);
  expect(codesOf({ count: 10 })).toEqual([['/count', 'lessThan', 10]]);
  expect(codesOf({ count: 1.5 })).toEqual([['/count', 'notWhole']]);
  expect(codesOf({ grade: 'middling' })).toEqual([['/grade', 'notOneOf', 'low, high']]);
  expect(codesOf({ rows: [] })).toEqual([['/rows', 'tooFew', 1]]);
  expect(codesOf({ rows: [{ at: 'noon' }] })).toEqual([['/rows/0/at', 'notNumber']]);
  expect(codesOf({ more: 1 })).toEqual([['/', 'unknownKey']]);
});

it('calls what was left empty missing, whatever it should have been', () => {
  expect(codesOf({ name: '' })[0]).toEqual(['/name', 'missing', 2]);
  expect(codesOf({ count: null })[0]).toEqual(['/count', 'missing']);
  const { grade: _, ...without } = good;
  expect(faultsOf(Form, without)[0]).toMatchObject({ code: 'missing', hint: 'add grade' });
});
