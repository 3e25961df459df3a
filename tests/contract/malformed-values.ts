import type { Random } from '@kuluma/shared/clock.ts';

/** A JSON schema as the API describes itself with. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minItems?: number;
}

const nasty: readonly unknown[] = [
  ...[
    null,
    true,
    '',
    ' ',
    '\u0000',
    '\uD800',
    '../../etc/passwd',
    "'; drop table record.machine; --",
    '%00',
    '{{7*7}}',
  ],
  ...['__proto__', 'x'.repeat(5_000), '💥'.repeat(50), '-0', 'NaN', '1e999', '0000-00-00T00:00:00Z', '+275760-09-13'],
  ...[-1, 0, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, Number.MIN_VALUE],
  ...[[], {}, [[[[]]]], { toString: 1 }, { length: 1e9 }, Array.from({ length: 200 }, (_, n) => n)],
];

export const anyOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const wordsFor = (pattern: string, random: Random, ids: readonly string[]): string => {
  const prefix = /^\^([a-z]{3})_/.exec(pattern)?.[1];
  const known = ids.filter((id) => prefix && id.startsWith(prefix));
  if (known.length > 0 && random() < 0.7) return anyOf(random, known);
  return prefix ? `${prefix}_${'0'.repeat(26)}` : '2026-11-22T10:00:00.000Z';
};

/**
 * A value much like what the schema asks for, with something wrong here and there: `faulty` is the share of its parts
 * that are replaced. @param ids of records that exist
 */
export const malformed = (schema: JsonSchema, random: Random, ids: readonly string[], faulty: number): unknown => {
  if (random() < faulty) return anyOf(random, nasty);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return anyOf(random, schema.enum);
  if (schema.anyOf) return malformed(anyOf(random, schema.anyOf), random, ids, faulty);
  const type = typeof schema.type === 'string' ? schema.type : anyOf(random, schema.type ?? ['string']);
  if (type === 'object') {
    const required = new Set(schema.required);
    const parts = Object.entries(schema.properties ?? {})
      .filter(([name]) => (required.has(name) ? random() >= faulty / 2 : random() < 0.5))
      .map(([name, part]) => [name, malformed(part, random, ids, faulty)]);
    return Object.fromEntries(random() < faulty ? [...parts, [anyOf(random, ['extra', '__proto__', '']), 1]] : parts);
  }
  if (type === 'array') {
    const length = (schema.minItems ?? 0) + Math.floor(random() * 3);
    return Array.from({ length }, () => malformed(schema.items ?? {}, random, ids, faulty));
  }
  if (type === 'integer' || type === 'number')
    return anyOf(random, [schema.minimum ?? 0, 1, 60, Math.floor(random() * 1e6), 1_795_305_600_000]);
  if (type === 'boolean') return random() < 0.5;
  if (type === 'null') return null;
  return schema.pattern ? wordsFor(schema.pattern, random, ids) : anyOf(random, ['a', 'ääni', '2026-11-22', '12:00']);
};
