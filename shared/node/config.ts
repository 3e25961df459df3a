import { readFileSync } from 'node:fs';
import type { Static, TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { parseDocument } from 'yaml';
import { AppError, type Fault } from '../errors.ts';
import { faultsOf } from '../model/validate.ts';

const freezeDeep = <T>(value: T): T => {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freezeDeep(inner);
  }
  return value;
};

/** A YAML (or JSON) text as plain data. @throws CONFIG_INVALID that names line and column of each fault in `what`. */
export const parseYaml = (text: string, what: string): unknown => {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    const faults = document.errors.map((e): Fault => {
      const at = e.linePos?.[0];
      return { path: `${what}:${at?.line ?? 1}:${at?.col ?? 1}`, message: e.message.split('\n')[0] ?? e.message };
    });
    throw new AppError('CONFIG_INVALID', `${what} is not valid YAML`, { faults });
  }
  try {
    return document.toJS();
  } catch (cause) {
    // An alias without its anchor, or one that would grow without end.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('CONFIG_INVALID', `${what} is not valid YAML`, { cause, faults: [{ path: what, message }] });
  }
};

/** The same of a file. @throws CONFIG_INVALID */
export const readYaml = (file: string): unknown => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `cannot read ${file}`, { cause, hint: 'check the path and its permissions' });
  }
  return parseYaml(text, file);
};

/** Whether a value is text by its schema, so that a password of digits or with a # stays as it is. */
const isText = (schema: TSchema | undefined): boolean =>
  schema !== undefined &&
  (('type' in schema && schema.type === 'string') ||
    ('enum' in schema && Array.isArray(schema.enum) && schema.enum.every((word) => typeof word === 'string')));

const partOf = (schema: TSchema | undefined, key: string): TSchema | undefined =>
  schema && 'properties' in schema ? (schema.properties as Record<string, TSchema>)[key] : undefined;

/** `KULUMA_HTTP__PORT=8080` under prefix `KULUMA_` becomes `{ http: { port: 8080 } }`; what is no text is read as YAML, so numbers and lists work. */
const fromEnvironment = (
  schema: TSchema,
  env: Record<string, string | undefined>,
  prefix: string,
): Record<string, unknown> => {
  const root: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined) continue;
    const keys = name
      .slice(prefix.length)
      .split('__')
      .map((k) => k.toLowerCase().replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase()));
    let node = root;
    for (const key of keys.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    const leaf = keys.reduce<TSchema | undefined>(partOf, schema);
    node[keys.at(-1) as string] = isText(leaf) ? text : parseYaml(text, name);
  }
  return root;
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merge = (under: unknown, over: unknown): unknown => {
  if (!isMap(under) || !isMap(over)) return over === undefined ? under : over;
  const out: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) out[key] = merge(out[key], value);
  return out;
};

export interface ConfigSource {
  readonly file?: string;
  readonly env?: Record<string, string | undefined>;
  /** For example `KULUMA_EDGE_`. */
  readonly envPrefix: string;
  /** Sections that stand in the place of the file's, each as a whole. */
  readonly sections?: Readonly<Record<string, unknown>>;
  /** What stands above the file and the environment: command line options. */
  readonly overrides?: Record<string, unknown>;
}

/**
 * The frozen configuration: defaults of the schema < file or sections < environment < overrides.
 * @throws CONFIG_INVALID with every fault at once (path, message, hint); unknown keys are faults.
 */
export const loadConfig = <S extends TSchema>(schema: S, source: ConfigSource): Static<S> => {
  const fromFile = (source.file && readYaml(source.file)) ?? {};
  const sections = source.sections && isMap(fromFile) ? { ...fromFile, ...source.sections } : fromFile;
  const layered = merge(
    merge(sections, fromEnvironment(schema, source.env ?? {}, source.envPrefix)),
    source.overrides ?? {},
  );
  const value = Default(schema, layered);
  const faults = faultsOf(schema, value);
  if (faults.length > 0) {
    throw new AppError(
      'CONFIG_INVALID',
      `the configuration has ${faults.length} fault${faults.length > 1 ? 's' : ''}`,
      { faults },
    );
  }
  return freezeDeep(value as Static<S>);
};
