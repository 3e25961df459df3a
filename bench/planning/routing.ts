import type { Bench, Row } from '../bench.ts';
import { type Instance, instancesOf } from './instances.ts';
import { type Judged, solveFile } from './solve-file.ts';

/** A set of instances, the wall time for each, and the column of best-known.csv that the cost is set against. */
interface Set {
  readonly format: string;
  readonly folder: string;
  readonly seconds: number;
  readonly bestKnown: string;
}

interface Run {
  readonly instance: Instance;
  readonly judged: Judged;
  /** Percent above the best known cost. */
  readonly gap: number;
}

const runAll = async ({ format, folder, seconds, bestKnown }: Set, full: boolean): Promise<Run[]> => {
  const runs: Run[] = [];
  for (const instance of instancesOf(folder)) {
    const judged = await solveFile(format, instance.file, full ? seconds : seconds / 10);
    const best = instance.bestKnown[bestKnown] ?? Number.NaN;
    const gap = 100 * (judged.cost / best - 1);
    console.error(
      `${format} ${instance.name}: ${judged.cost} (best known ${best}, ${gap.toFixed(2)} %), ` +
        `${judged.vehicles} vehicles, ${judged.wallSeconds.toFixed(1)} s, ${judged.violationCount} violations`,
    );
    runs.push({ instance, judged, gap });
  }
  return runs;
};

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const percent = (value: number): string => `${value.toFixed(2)} %`;
const violationsOf = (runs: readonly Run[]): number => runs.reduce((sum, { judged }) => sum + judged.violationCount, 0);

const violationRow = (what: string, runs: readonly Run[]): Row => ({
  what: `${what}: violations found by the independent check`,
  toReach: '0',
  measured: String(violationsOf(runs)),
  met: violationsOf(runs) === 0,
  figures: { violations: violationsOf(runs), runs: runs.length },
});

const figuresOf = (runs: readonly Run[]): Record<string, number> =>
  Object.fromEntries(
    runs.flatMap(({ instance: { name }, judged, gap }) => [
      [`${name} cost`, judged.cost],
      [`${name} gapPercent`, gap],
      [`${name} wallSeconds`, judged.wallSeconds],
    ]),
  );

const solomonSet = { format: 'solomon', folder: 'solomon', seconds: 10, bestKnown: 'dimacs_distance' };

/** Solomon, distance as in the DIMACS challenge, 10 s an instance. */
export const solomon: Bench = async ({ full }) => {
  const runs = await runAll(solomonSet, full);
  const gaps = runs.map(({ gap }) => gap);
  return [
    {
      what: 'Solomon, ten instances, distance, 10 s: mean gap (worst)',
      toReach: '0.25 %; aim 0.05 % (0.5 %)',
      measured: `${percent(mean(gaps))} (${percent(Math.max(...gaps))})`,
      met: mean(gaps) <= 0.25,
      figures: figuresOf(runs),
    },
    violationRow('Solomon', runs),
  ];
};

const gehringMust: Readonly<Record<string, { must: number; aim: number }>> = {
  200: { must: 1, aim: 0.3 },
  400: { must: 3, aim: 1 },
  1000: { must: 6, aim: 2.5 },
};

/** Customers of an instance named like RC1_10_5: hundreds in the midst. */
const sizeOf = ({ name }: Instance): string => String(100 * Number(name.split('_')[1]));

/** Gehring and Homberger, distance, 30 s an instance. */
export const gehringHomberger: Bench = async ({ full }) => {
  const set = { format: 'solomon', folder: 'gehring-homberger', seconds: 30, bestKnown: 'dimacs_distance' };
  const runs = await runAll(set, full);
  const rows = Object.entries(gehringMust).map(([size, { must, aim }]): Row => {
    const own = runs.filter(({ instance }) => sizeOf(instance) === size);
    const gap = mean(own.map((run) => run.gap));
    return {
      what: `Gehring-Homberger, ${size} customers, 30 s: gap`,
      toReach: `${must} %; aim ${aim} %`,
      measured: percent(gap),
      met: gap <= must,
      figures: figuresOf(own),
    };
  });
  return [...rows, violationRow('Gehring-Homberger', runs)];
};

/** Solomon, vehicles first, 30 s an instance. */
export const sintef: Bench = async ({ full }) => {
  const set = { format: 'sintef', folder: 'solomon', seconds: 30, bestKnown: 'sintef_distance' };
  const runs = await runAll(set, full);
  const above = runs.reduce(
    (sum, { instance, judged }) => sum + judged.vehicles - (instance.bestKnown['sintef_vehicles'] ?? Number.NaN),
    0,
  );
  const same = runs.filter(({ instance, judged }) => judged.vehicles === instance.bestKnown['sintef_vehicles']);
  return [
    {
      what: 'Solomon, vehicles first, 30 s: vehicles above best, summed over ten (mean distance gap at equal vehicles)',
      toReach: '2; aim 0',
      measured: `${above} (${percent(mean(same.map(({ gap }) => gap)))})`,
      met: above <= 2,
      figures: { vehiclesAbove: above, ...figuresOf(runs) },
    },
    violationRow('Solomon, vehicles first', runs),
  ];
};

/** Pillac's technicians, 30 s an instance. */
export const trsp: Bench = async ({ full }) => {
  const set = { format: 'trsp', folder: 'trsp', seconds: 30, bestKnown: 'best_known_duration' };
  const runs = await runAll(set, full);
  const best = mean(runs.map(({ instance }) => instance.bestKnown[set.bestKnown] ?? Number.NaN));
  const gap = 100 * (mean(runs.map(({ judged }) => judged.cost)) / best - 1);
  const meanGap = mean(runs.map((run) => run.gap));
  return [
    {
      what: 'TRSP, 18 instances, 30 s: mean of the gaps to best known duration (gap of the means)',
      toReach: '+1.0 %; aim -0.3 %',
      measured: `${percent(meanGap)} (${percent(gap)})`,
      met: meanGap <= 1,
      figures: { meanGapPercent: meanGap, gapOfMeansPercent: gap, ...figuresOf(runs) },
    },
    violationRow('TRSP', runs),
  ];
};
