import { type Effort, hurry } from '../effort/effort.ts';
import { outcomesBetween } from '../inputs/failure-outcomes.ts';
import { shareNumbers } from '../jobs.ts';
import type { Lessons } from '../method.ts';
import { rowGapOf } from '../past-lives/past-lives.ts';
import type { BinEdges } from '../trees/binning.ts';
import { crossFit, type Fitting } from '../trees/cross-fit.ts';
import { baselineOptions, failureOptions, keptForFailures } from '../trees/fit-options.ts';
import { type Boosted, heldScores, scoreOf } from '../trees/trees.ts';
import { type BaselineHazard, baselineHazards, fitBaselineHazard, heldBaselineHazards } from './baseline-hazard.ts';
import { hazardOf, marginOf, spanEnds } from './hazard.ts';

/**
 * Failure within each horizon, told span by span: what ages tell of a span is the offset from which trees on all inputs
 * go on. A symptom that tells of tomorrow says nothing of next week, and a calendar that tells of next week needs no
 * symptom; in one model for both they drown each other. Probabilities rise with the horizon because hazards add up.
 * Sources: continuation-ratio models after Tutz and Schmid, Modeling Discrete Time-to-Event Data (2016); learning from
 * rows at many times of a life after H. van Houwelingen, Dynamic prediction by landmarking in event history analysis (2007).
 */
export interface FailureRisk {
  /** Ends of the spans in the time unit, rising. */
  readonly ends: number[];
  /** Number of the span that each horizon ends with. */
  readonly lastSpan: number[];
  readonly baseline: BaselineHazard;
  /** By span one model a fold of what other inputs add to the log-odds. */
  readonly spans: Boosted[][];
}

/** Spans of the lessons: what decides how many fits the risk takes, one each and one for the ages. */
export const riskSpans = (lessons: Lessons): number[] => spanEnds(lessons.horizons, rowGapOf(lessons));

/** Running sums up to the spans that the horizons end with. */
const marginsAt = (lastSpan: readonly number[], hazards: readonly number[]): number[] => {
  let sum = 0;
  const sums = hazards.map((hazard) => {
    sum += hazard;
    return sum;
  });
  return lastSpan.map((s) => marginOf(sums[s] as number));
};

interface FittedRisk {
  readonly risk: FailureRisk;
  /** By horizon the log-odds of each row, learnt without its fold. */
  readonly margins: Float64Array[];
  readonly cut: boolean;
}

/** @param edges of the inputs by column, `allowed` the columns that trees on all inputs may use. */
export const fitFailureRisk = async (
  lessons: Lessons,
  fitting: Fitting,
  edges: readonly BinEdges[],
  allowed: readonly number[],
  effort: Effort,
): Promise<FittedRisk> => {
  const { horizons, fold } = lessons;
  const ends = riskSpans(lessons);
  const lastSpan = horizons.map((horizon) => ends.indexOf(horizon));
  const {
    hazard: baseline,
    held,
    cut,
  } = await fitBaselineHazard(lessons, fitting, hurry(baselineOptions, effort), {
    rowGap: rowGapOf(lessons),
    end: ends.at(-1) as number,
  });
  const offsets = heldBaselineHazards(held, lessons, fitting, edges, ends).map((hazards) =>
    shareNumbers(hazards.map(marginOf)),
  );
  // What time is left begins now: what went before may have been late.
  const later = { ...fitting, budget: fitting.budget.until(1) };
  const fits = await Promise.all(
    ends.map((end, s) =>
      crossFit(
        later,
        shareNumbers(outcomesBetween(lessons, ends[s - 1] ?? 0, end)),
        allowed,
        hurry(failureOptions, effort),
        { keep: keptForFailures, offset: offsets[s] as Float64Array },
      ),
    ),
  );
  const hazards = fits.map(({ heldMembers }, s) => {
    const added = heldScores(heldMembers, fitting.columns, fold);
    return added.map((score, row) => hazardOf(((offsets[s] as Float64Array)[row] as number) + score));
  });
  const margins = horizons.map(() => new Float64Array(fold.length));
  for (let row = 0; row < fold.length; row++)
    marginsAt(
      lastSpan,
      hazards.map((of) => of[row] as number),
    ).forEach((margin, h) => {
      (margins[h] as Float64Array)[row] = margin;
    });
  return {
    risk: { ends, lastSpan, baseline, spans: fits.map(({ members }) => members) },
    margins,
    cut: cut || fits.some((one) => one.cut),
  };
};

/** Log-odds of a failure within each horizon at one row, given its inputs and their bins. */
export const riskMargins = (
  { ends, lastSpan, baseline, spans }: FailureRisk,
  section: Float64Array,
  bins: Uint8Array,
  edges: readonly BinEdges[],
): number[] => {
  const byAge = baselineHazards(baseline, section, bins, edges, ends);
  return marginsAt(
    lastSpan,
    spans.map((members, s) => hazardOf(marginOf(byAge[s] as number) + scoreOf(members, bins))),
  );
};
