import { AppError } from '@kuluma/shared/errors.ts';
import { type LeftOut, leftOutLine } from '@kuluma/shared/model/left-out.ts';
import { type FleetHistory, horizonsOf, type Target, type TimeUnit } from '../history/fleet-history.ts';
import { livesOf } from '../history/lives.ts';
import { withoutUnitChanges } from '../history/unit-change.ts';
import { createBudget } from './effort/budget.ts';
import { type Effort, effortOf } from './effort/effort.ts';
import { createPace, largestShare, type Pace } from './effort/pace.ts';
import { buildMs, choosingMs, growingMs, type WorkShape } from './effort/usual-work.ts';
import { fitTarget, type UnseenRows } from './fit-target.ts';
import { buildDataset, type Dataset } from './inputs/dataset.ts';
import { leastFailures } from './inputs/failure-outcomes.ts';
import { groupedByLife } from './inputs/groups.ts';
import type { LearntSection } from './inputs/section.ts';
import { learntSection, sectionNamed } from './inputs/sections.ts';
import { learnSignals } from './inputs/signals.ts';
import { rowIntervalOf } from './inputs/window-features.ts';
import { runHere, type Workers } from './jobs.ts';
import type { Methods } from './method.ts';
import { methods as allMethods } from './methods.ts';
import type { ForecastModel, TargetModel } from './model.ts';
import { spanEnds } from './risk/hazard.ts';
import { mostRows } from './trees/fit-options.ts';
import { fitWithoutFailures } from './trend/without-failures.ts';

export interface TrainOptions {
  readonly seed: number;
  /** Bound on the wall time of training; what does not fit is left out, and said. */
  readonly budgetMs: number;
  /** Milliseconds on any steady clock; only the budget reads it. */
  readonly now: () => number;
  readonly codeVersion: string;
  /** Threads on the same clock; this one alone when not given. */
  readonly workers?: Workers;
  /** The methods to try; all there are when not given. */
  readonly methods?: Methods;
  /** Told as training goes on which share of it is done, 0 to 1. */
  readonly report?: (share: number) => void;
}

/** What growing trees may not take of the budget: calibration and writing come after. */
const reserveShare = 0.1;
const reserveMs = 600;

/** What stands behind a length of time in any language. */
const timeSigns: Readonly<Record<TimeUnit, string>> = { iso: ' d', d: ' d', h: ' h', s: ' s', cycle: '' };

/** Median length of the failed lives of a component, in the time unit. */
const medianLife = (history: FleetHistory, component: string): number => {
  const lengths = history.machines
    .flatMap((machine) =>
      livesOf(machine, component)
        .filter((life) => life.ended === 'failure')
        .map((life) => life.endT - Math.max(life.startT, machine.t[0] as number)),
    )
    .sort((a, b) => a - b);
  return lengths[lengths.length >> 1] as number;
};

/** The sections that any method reads, learnt from the fleet. */
const learnSections = (
  history: FleetHistory,
  signals: ForecastModel['signals'],
  { anchor, others }: Methods,
): LearntSection[] =>
  [...new Set([anchor, ...others].map(({ section }) => section))].map((name) =>
    learntSection(name, sectionNamed(name).learn(history, signals)),
  );

const shapeOf = (history: FleetHistory, target: Target, sections: readonly LearntSection[]): WorkShape => {
  const rows = history.machines.flatMap((machine) => livesOf(machine, target.component));
  const horizons = horizonsOf(target, history.meta.timeUnit);
  return {
    rows: Math.min(
      mostRows,
      rows.reduce((sum, life) => sum + life.endRow - life.firstRow, 0),
    ),
    columns: sections[0]?.inputs.length ?? 0,
    horizons: horizons.length,
    spans: spanEnds(horizons, rowIntervalOf(history)).length,
  };
};

/** Part of the time that a component's trees may take: other methods and calibration come after. */
const treesPart = 0.8;

/** The effort whose usual time fits into this part of the time until `endMs`. */
const planEffort = (shape: WorkShape, pace: Pace, endMs: number, part: number): Effort =>
  effortOf(
    largestShare((share) => {
      const effort = effortOf(share);
      const thinned = { ...shape, rows: effort.rows * shape.rows };
      const treesMs = (effort.families ? choosingMs(thinned) : 0) + growingMs(thinned, effort);
      return pace.share(buildMs(thinned) + treesMs / pace.threads, endMs, part) >= 1;
    }),
  );

/** What the training machines are told of one component, each by what never saw it; rows as in the data set. */
export interface UnseenForecasts extends UnseenRows, Pick<Dataset, 'machine' | 'row' | 'stride'> {
  readonly component: string;
}

export interface Training {
  readonly model: ForecastModel;
  /** Of the components that were judged out of fold. */
  readonly unseen: readonly UnseenForecasts[];
}

/**
 * Learns forecasters of all targets of a fleet from its past lives, and tells what they say of machines not seen.
 * @throws AppError INPUT_INVALID when the fleet names no target, NOT_ENOUGH_DATA when no target has enough failures.
 */
export const trainTelling = async (given: FleetHistory, options: TrainOptions): Promise<Training> => {
  const { targets } = given.meta;
  if (targets.length === 0)
    throw new AppError('INPUT_INVALID', 'the fleet history names nothing to forecast', {
      faults: [{ path: 'fleet.json/targets', message: 'is empty' }],
    });
  const { seed, now, workers = { run: runHere(now), threads: 1 }, methods = allMethods } = options;
  const endMs = now() + (1 - reserveShare) * options.budgetMs - reserveMs;
  const whole = createBudget(now, endMs);
  const pace = createPace(now, workers.threads);
  const { history, notes } = withoutUnitChanges(given);
  const signals = learnSignals(history);
  const sections = learnSections(history, signals, methods);
  const leftOut: LeftOut[] = [...notes];
  const saying = (component: string, code: LeftOut['code'], facts: LeftOut['facts'] = {}): void => {
    leftOut.push({ code, component, facts });
  };
  const models: TargetModel[] = [];
  const unseen: UnseenForecasts[] = [];
  for (const [n, target] of targets.entries()) {
    const { component } = target;
    const shape = shapeOf(history, target, sections);
    const effort = planEffort(shape, pace, endMs, treesPart / (targets.length - n));
    const built = pace.begin();
    const byMachine = buildDataset(history, target, signals, sections, effort.rows * mostRows);
    const alone = byMachine.failing.size === 1;
    const data = alone ? groupedByLife(byMachine) : byMachine;
    built(buildMs({ ...shape, rows: effort.rows * shape.rows }));
    const rulCap = target.rulCap ?? null;
    const { failures, failing } = byMachine;
    if (failures < leastFailures) {
      const byTrend = fitWithoutFailures({ component, rulCap, data, sections });
      if (byTrend) models.push(byTrend);
      const facts = { failures, machines: failing.size, least: leastFailures };
      saying(component, byTrend ? 'TRENDS_UNJUDGED' : 'FAILURES_TOO_FEW', facts);
      continue;
    }
    const fitted = await fitTarget({
      component,
      rulCap,
      referenceLife: rulCap ?? medianLife(history, component),
      data,
      sections,
      methods,
      seed,
      effort,
      pace,
      now,
      budget: whole.firstOf(targets.length - n),
      run: workers.run,
      report: (share) => options.report?.((n + share) / targets.length),
    });
    const machines = new Set(byMachine.machine).size;
    models.push({ ...fitted.model, metrics: { ...fitted.model.metrics, machines } });
    const { machine, row, stride } = byMachine;
    unseen.push({ component, machine, row, stride, ...fitted.unseen });
    if (alone) saying(component, 'ONE_MACHINE_FAILED');
    const unlearnt = data.horizons.filter((horizon) => !fitted.model.horizons.some((one) => one.horizon === horizon));
    if (unlearnt.length > 0)
      saying(component, 'HORIZONS_UNWATCHED', { horizons: unlearnt.join(', ') + timeSigns[history.meta.timeUnit] });
    leftOut.push(...fitted.leftOut.map((one) => ({ ...one, component })));
  }
  if (models.length === 0)
    throw new AppError('NOT_ENOUGH_DATA', 'no component of this fleet has enough failures to learn from', {
      faults: leftOut.map((one) => ({ path: 'fleet.json/targets', message: leftOutLine(one) })),
      hint: 'add failure events, targets that name the components which failed, or a failureThreshold to a point',
    });
  const read = new Set(models.flatMap(({ methods }) => methods.map(({ section }) => section)));
  const model: ForecastModel = {
    format: 'kuluma-forecast-model/4',
    codeVersion: options.codeVersion,
    fleet: history.meta.name,
    seed,
    timeUnit: history.meta.timeUnit,
    rowInterval: rowIntervalOf(history),
    points: history.points.map((name) => ({ name, role: history.meta.points[name]?.role ?? 'sensor' })),
    signals,
    sections: Object.fromEntries(sections.flatMap(({ name, spec }) => (read.has(name) ? [[name, spec]] : []))),
    targets: models,
    leftOut,
  };
  return { model, unseen };
};

/** The model alone. @throws as `trainTelling`. */
export const trainModel = async (given: FleetHistory, options: TrainOptions): Promise<ForecastModel> =>
  (await trainTelling(given, options)).model;
