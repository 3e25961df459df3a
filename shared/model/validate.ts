import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { AppError, type ErrorCode, type Fault, type SchemaFault } from '../errors.ts';

const compiled = new WeakMap<TSchema, Validator>();

const validatorOf = (schema: TSchema): Validator => {
  let validator = compiled.get(schema);
  if (!validator) {
    validator = Compile(schema);
    compiled.set(schema, validator);
  }
  return validator;
};

const hintOf = (keyword: string, params: Record<string, unknown>): string | undefined => {
  if (keyword === 'additionalProperties')
    return `remove ${String(params['additionalProperties'] ?? 'the unknown key')}`;
  if (keyword === 'required') return `add ${String(params['requiredProperties'] ?? 'the missing key')}`;
  if (keyword === 'enum' || keyword === 'const')
    return `allowed: ${String(params['allowedValues'] ?? params['allowedValue'])}`;
  return undefined;
};

const codeOfType: Readonly<Record<string, SchemaFault>> = {
  string: 'notText',
  number: 'notNumber',
  integer: 'notWhole',
  boolean: 'notYesNo',
};

const codeOfKeyword: Readonly<Record<string, SchemaFault>> = {
  required: 'missing',
  minimum: 'atLeast',
  exclusiveMinimum: 'moreThan',
  maximum: 'atMost',
  exclusiveMaximum: 'lessThan',
  minLength: 'tooShort',
  maxLength: 'tooLong',
  minItems: 'tooFew',
  maxItems: 'tooMany',
  enum: 'notOneOf',
  const: 'notOneOf',
  pattern: 'wrongForm',
  format: 'wrongForm',
  additionalProperties: 'unknownKey',
};

/** The value at a JSON pointer. */
const valueAt = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );

const codeOf = (keyword: string, params: Record<string, unknown>, given: unknown): SchemaFault =>
  given === null || given === undefined || given === ''
    ? 'missing'
    : ((keyword === 'type' ? codeOfType[String(params['type'])] : codeOfKeyword[keyword]) ?? 'wrongKind');

const limitOf = (params: Record<string, unknown>): string | number | undefined => {
  const { limit, allowedValues, allowedValue } = params;
  if (typeof limit === 'number') return limit;
  if (Array.isArray(allowedValues)) return allowedValues.join(', ');
  return typeof allowedValue === 'string' ? allowedValue : undefined;
};

/** Everything wrong with `value` under `schema`; empty when it is valid. Paths are JSON pointers with `prefix` before. */
export const faultsOf = (schema: TSchema, value: unknown, prefix = ''): Fault[] => {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  // An unknown key is reported twice by the validator; its `boolean` error says nothing that the other does not.
  const errors = [...validator.Errors(value)].filter((error) => error.keyword !== 'boolean');
  return errors.map((error) => {
    const params = error.params as Record<string, unknown>;
    const hint = hintOf(error.keyword, params);
    const limit = limitOf(params);
    return {
      path: `${prefix}${error.instancePath || '/'}`,
      message: error.message,
      code: codeOf(error.keyword, params, valueAt(value, error.instancePath)),
      ...(limit === undefined ? {} : { limit }),
      ...(hint ? { hint } : {}),
    };
  });
};

/** True when `value` is valid; narrows its type. For hot paths and filters. */
export const isValid = <S extends TSchema>(schema: S, value: unknown): value is Static<S> =>
  validatorOf(schema).Check(value);

/**
 * `value` typed by `schema`, unchanged.
 * @throws AppError with all faults at once; `what` names the input in the message.
 */
export const parse = <S extends TSchema>(
  schema: S,
  value: unknown,
  what: string,
  code: ErrorCode = 'INPUT_INVALID',
): Static<S> => {
  if (isValid(schema, value)) return value;
  const faults = faultsOf(schema, value);
  const first = faults[0];
  throw new AppError(code, `${what} is not valid: ${first?.path} ${first?.message}`, { faults });
};
