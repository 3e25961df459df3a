import { readdirSync, readFileSync } from 'node:fs';

/** Folder of the public benchmarks, beside the repository. */
export const dataFolder = new URL('../../../shared/data/scheduling/', import.meta.url).pathname;
export const evaluator = new URL('../../../shared/tools/eval-routes.mjs', import.meta.url).pathname;

export interface Instance {
  readonly name: string;
  readonly file: string;
  /** The columns of best-known.csv by their heads. */
  readonly bestKnown: Readonly<Record<string, number>>;
}

/** The instances of a folder that best-known.csv lists. */
export const instancesOf = (folder: string): Instance[] => {
  const path = `${dataFolder}${folder}/`;
  const files = readdirSync(path);
  const [head = '', ...lines] = readFileSync(`${path}best-known.csv`, 'utf8').trim().split('\n');
  const columns = head.split(',').slice(1);
  return lines.map((line) => {
    const [name = '', ...values] = line.split(',');
    const file = files.find((candidate) => candidate.startsWith(`${name}.txt`));
    if (!file) throw new Error(`no file of ${name} in ${path}`);
    return { name, file: path + file, bestKnown: Object.fromEntries(columns.map((c, i) => [c, Number(values[i])])) };
  });
};
