import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

/** One line of a benchmark's table. */
export interface Row {
  readonly what: string;
  /** The figure to reach, in words. */
  readonly toReach: string;
  readonly measured: string;
  readonly met: boolean;
  /** The numbers behind `measured`, for the JSON; units in their names. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface BenchOptions {
  /** The size that the table asks for; otherwise one that ends within a minute or two. */
  readonly full: boolean;
}

/** Measures one or more lines of the table. */
export type Bench = (options: BenchOptions) => Promise<readonly Row[]>;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const printTable = (rows: readonly Row[]): void => {
  console.log('| what | to reach | measured | met |\n|---|---|---|---|');
  for (const { what, toReach, measured, met } of rows)
    console.log(`| ${cell(what)} | ${cell(toReach)} | ${cell(measured)} | ${met ? 'yes' : '**no**'} |`);
};

/**
 * Runs a benchmark's parts one after another and prints its table: `[--full] [--json FILE] [part ...]`. It measures and
 * never fails for being slow; a part that breaks ends it.
 * @returns what was printed
 */
export const runBench = async (parts: Readonly<Record<string, () => Promise<Bench>>>): Promise<readonly Row[]> => {
  const { values, positionals } = parseArgs({
    options: { full: { type: 'boolean', default: false }, json: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  const rows: Row[] = [];
  for (const [name, load] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`measuring ${name}`);
    const bench = await load();
    rows.push(...(await bench({ full: values.full })));
  }
  printTable(rows);
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ machine, full: values.full, rows }, undefined, 2)}\n`);
  return rows;
};
