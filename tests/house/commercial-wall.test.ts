import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * What earns money with an owner cannot read what their machines measure: it works from forecasts, visits and contracts,
 * which the owner sees too (Data Act, Regulation 2023/2854, Article 4(14): no insight from machine data into the owner's
 * economic situation). Whoever adds a commercial feature names it here.
 */

const cloud = fileURLToPath(new URL('../../cloud', import.meta.url));
const commercial = /^(contract-|time-letters|exchange-business|prices|renew-offer|make-offers|send-messages|queue-)/;

const pipelines = join(cloud, 'pipelines');
const features = [
  ...readdirSync(pipelines)
    .filter((name) => commercial.test(name) && !name.endsWith('.test.ts'))
    .map((name) => join(pipelines, name)),
  ...['core/offers', 'core/business', 'core/messages'].flatMap((room) =>
    readdirSync(join(cloud, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(cloud, room, name)),
  ),
];

const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/(?:^|\n)(?:import|export)\s(?!type\s)[^;]*?from '(\.[^']+)'/g)]
    .map(([, path = '']) => resolve(dirname(file), path))
    .filter((path) => path.endsWith('.ts') && existsSync(path));

/** Files that a feature reaches, with the one that led there. */
const reached = (files: readonly string[]): Map<string, string> => {
  const from = new Map(files.map((file) => [file, file]));
  for (const file of from.keys())
    for (const next of importsOf(file, readFileSync(file, 'utf8'))) if (!from.has(next)) from.set(next, file);
  return from;
};

/** Any way to the time series: the store by its name in our code, or an adapter of it. */
const readsTelemetry = (file: string, text: string): boolean =>
  /\btimeSeries\b|TimeSeriesStore/.test(text) || /adapters\/timeseries-/.test(file);

describe('the wall between what owners are sold and what their machines measure', () => {
  it('has features on its commercial side', () => {
    expect(features.length).toBeGreaterThan(20);
  });

  it('lets no commercial feature reach the time series, by whatever way', () => {
    const through = [...reached(features)]
      .filter(([file]) => readsTelemetry(file, readFileSync(file, 'utf8')))
      .map(([file, by]) => `${relative(cloud, file)} by ${relative(cloud, by)}`);
    expect(through).toEqual([]);
  });

  it('would see one that does', () => {
    const reader = join(pipelines, 'machine-data.ts');
    expect(readsTelemetry(reader, readFileSync(reader, 'utf8'))).toBe(true);
    expect(reached([join(cloud, 'http/machine-data-reply.ts')]).has(reader)).toBe(true);
  });
});
