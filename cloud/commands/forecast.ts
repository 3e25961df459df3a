import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { AppError } from '@kuluma/shared/errors.ts';
import { leftOutLine } from '@kuluma/shared/model/left-out.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import type { Command } from 'commander';
import { type ForecastLine, writeDetections, writeForecasts } from '../adapters/fleet-history/forecast-csv.ts';
import { readModel, writeModel } from '../adapters/fleet-history/model-folder.ts';
import { type FleetFolder, readFleet } from '../adapters/fleet-history/read-fleet.ts';
import { type ForecastRequest, readRequests } from '../adapters/fleet-history/read-requests.ts';
import { withJobThreads } from '../adapters/training-thread/job-threads.ts';
import { threadClock } from '../adapters/training-thread/thread-clock.ts';
import { withoutRegimes } from '../core/condition/regime-levels.ts';
import {
  defaultFalseAlarmBudget,
  detectStates,
  leastBaselineRows,
  watchedSignals,
} from '../core/condition/state-detection.ts';
import { backtest, type TargetBacktest } from '../core/forecast/backtest.ts';
import { forecastRows } from '../core/forecast/forecast.ts';
import { alignHistory } from '../core/forecast/inputs/align.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { ModelCard } from '../core/forecast/model-card.ts';
import { trainModel } from '../core/forecast/train.ts';
import { horizonsOf, type TimeUnit } from '../core/history/fleet-history.ts';
import { codeVersion } from './code-version.ts';
import { fromOne, positive, share, whole } from './number-option.ts';
import { drawBar } from './progress-bar.ts';
import { alarmText } from './state-text.ts';

const backtestFolds = 5;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const digits = (value: number): string => String(Number(value.toPrecision(4)));

/** The unit of lengths of time: those of a fleet with ISO 8601 instants are in days. */
const lengthUnit = (unit: TimeUnit): string => (unit === 'iso' ? 'd' : unit);

const cardText = ({ targets, leftOut, timeUnit, modelHash }: ModelCard, seconds: number): string =>
  [
    ...targets.map(
      ({ component, metrics: m }) =>
        `${component}: ${m.failures} failures on ${m.machines} machines\n` +
        m.methods.map(({ name, note, lifeWeight }) => `  ${name}: ${note}; weight ${digits(lifeWeight)}\n`).join('') +
        (m.rows === 0
          ? '  not judged: nothing has failed yet'
          : `  out of fold: RMSE ${digits(m.rmse)} ${lengthUnit(timeUnit)}, 90 % interval covers ${digits(m.coverage90)}, mean width ${digits(m.meanWidth90)} ${lengthUnit(timeUnit)}`) +
        m.horizons
          .map(
            (h) => `\n  failure within ${h.horizon}: Brier ${digits(h.brier)}, base rate ${digits(h.brierOfBaseRate)}`,
          )
          .join(''),
    ),
    ...leftOut.map((one) => `left out: ${leftOutLine(one)}`),
    `model ${modelHash.slice(0, 12)}, ${digits(seconds)} s`,
    '',
  ].join('\n');

interface LearnOptions {
  readonly history: string;
  readonly budget: number;
  readonly seed: number;
  readonly threads: number;
  readonly json?: boolean;
}

const train = async (options: LearnOptions & { readonly out: string }) => {
  const start = performance.now();
  say(`reading ${options.history}`);
  const { history } = await readFleet(options.history, { texts: false });
  say(`training on ${history.machines.length} machines, at most ${options.budget} s`);
  const model = await withJobThreads(options.threads, (workers) =>
    trainModel(history, {
      seed: options.seed,
      budgetMs: options.budget * 1000 - (performance.now() - start),
      now: threadClock,
      codeVersion: codeVersion(),
      workers,
      report: drawBar,
    }),
  );
  const card = await writeModel(options.out, model);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(options.json ? `${JSON.stringify({ ...card, seconds })}\n` : cardText(card, seconds));
};

const requestsOf = async (at: string, folder: FleetFolder): Promise<ForecastRequest[]> => {
  if (at !== 'last' && at !== 'all') return readRequests(at, folder);
  return folder.timeTexts.flatMap((texts, machine) =>
    texts.map((t, row) => ({ machine, row, t })).slice(at === 'last' ? -1 : 0),
  );
};

function* linesOf(
  model: ForecastModel,
  history: FleetFolder['history'],
  requests: readonly ForecastRequest[],
): Generator<ForecastLine> {
  const byMachine = Map.groupBy(requests, ({ machine }) => machine);
  for (const [position, wanted] of byMachine) {
    const machine = history.machines[position];
    if (!machine) continue;
    for (const { component } of history.meta.targets) {
      const forecasts = forecastRows(model, component, machine, { rows: wanted.map(({ row }) => row) });
      for (const [i, forecast] of forecasts.entries())
        yield { machine: machine.machine, component, t: wanted[i]?.t ?? '', forecast };
    }
  }
}

const predict = async (options: { history: string; model: string; out: string; at: string }) => {
  const { model } = await readModel(options.model);
  say(`reading ${options.history}`);
  const folder = await readFleet(options.history);
  const history = alignHistory(model, folder.history);
  const requests = await requestsOf(options.at, folder);
  const { targets, timeUnit } = history.meta;
  if (targets.length === 0)
    throw new AppError('INPUT_INVALID', 'the fleet history names nothing to forecast', {
      faults: [{ path: 'fleet.json/targets', message: 'is empty' }],
    });
  const horizons = [...new Set(targets.flatMap((target) => horizonsOf(target, timeUnit)))].sort((a, b) => a - b);
  await writeForecasts(options.out, linesOf(model, history, requests), horizons);
  say(`wrote ${requests.length * targets.length} forecasts to ${options.out}`);
};

/** Alarms that are told on the terminal; the file has them all. */
const mostAlarmsTold = 20;

function* detectionsOf(
  { history, timeTexts }: FleetFolder,
  baselineRows: number,
  falseAlarmBudget: number,
  tell: (alarm: string) => void,
) {
  const points = history.points.map((name) => ({ name, ...history.meta.points[name] }));
  // Age and run hours rise in any state.
  const isState = (_: unknown, i: number) => points[i]?.role !== 'usage';
  const watched = points.filter(isState);
  const settings = watched.flatMap(({ role }, i) => (role === 'setting' ? [i] : []));
  for (const [m, { machine, columns }] of history.machines.entries()) {
    const inOneRegime = withoutRegimes(columns.filter(isState), settings, baselineRows);
    const states = detectStates(inOneRegime, baselineRows, { falseAlarmBudget });
    const times = timeTexts[m] ?? [];
    for (const [row, t] of times.entries())
      yield { machine, t, detection: states.detections[row] ?? { score: 0, alarm: false } };
    const alarm = alarmText(machine, states, times, watched);
    if (alarm) tell(alarm);
  }
}

const detect = async (options: { history: string; baseline: number; falseAlarms: number; out: string }) => {
  const folder = await readFleet(options.history);
  const { machines, points } = folder.history;
  const short = machines.filter(({ t }) => t.length <= options.baseline).length;
  if (options.baseline < leastBaselineRows)
    say(`a baseline of fewer than ${leastBaselineRows} rows teaches nothing: every score is 0`);
  else if (short > 0) say(`${short} of ${machines.length} machines end before their baseline does`);
  const unwatched = points.filter((_, i) =>
    machines.every(({ columns }) => watchedSignals(columns.slice(i, i + 1), options.baseline).length === 0),
  );
  if (unwatched.length > 0) say(`not watched, since they never move in a baseline: ${unwatched.join(', ')}`);
  const alarms: string[] = [];
  await writeDetections(
    options.out,
    detectionsOf(folder, options.baseline, options.falseAlarms, (alarm) => alarms.push(alarm)),
  );
  for (const alarm of alarms.slice(0, mostAlarmsTold)) say(alarm);
  if (alarms.length > mostAlarmsTold) say(`${alarms.length - mostAlarmsTold} more machines are in alarm`);
};

const backtestText = (results: readonly TargetBacktest[], unit: string): string =>
  results
    .map(({ component, machines, rows, abstained, accuracy, calibration, alerts }) =>
      [
        `${component}: ${machines} machines, ${rows} forecasts, ${abstained} abstained`,
        `  accuracy     RMSE ${digits(accuracy.rmse)} ${unit}, mean error ${digits(accuracy.mae)} ${unit} on ${accuracy.rows} rows`,
        `  calibration  90 % covers ${digits(calibration.coverage90)}, 80 % covers ${digits(calibration.coverage80)}, mean 90 % width ${digits(calibration.meanWidth90)} ${unit}`,
        ...calibration.horizons.map(
          (h) =>
            `  within ${h.horizon}    Brier ${digits(h.brier)}, forecast ${digits(h.meanForecast)}, happened ${digits(h.failedShare)}`,
        ),
        `  lead time    ${alerts.caught} of ${alerts.failures} failures alerted, median ${alerts.medianLeadTime ?? '-'} ${unit} before; ${alerts.censoredAlerted} of ${alerts.censored} other lives alerted`,
        '',
      ].join('\n'),
    )
    .join('\n');

const runBacktest = async (options: LearnOptions) => {
  const { history } = await readFleet(options.history, { texts: false });
  say(`training ${backtestFolds} models, each without the machines that it forecasts`);
  const results = await withJobThreads(options.threads, (workers) =>
    backtest(history, {
      seed: options.seed,
      budgetMs: options.budget * 1000 * backtestFolds,
      now: threadClock,
      codeVersion: codeVersion(),
      workers,
      report: drawBar,
      folds: backtestFolds,
    }),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ targets: results })}\n`
      : backtestText(results, lengthUnit(history.meta.timeUnit)),
  );
};

const example = (line: string): string => exampleOf(`kuluma forecast ${line}`);

/** `kuluma forecast train|predict|detect|backtest`. */
export const forecastCommand = (): Command => {
  const command = createCommand('forecast', 'Learn from past lives, forecast remaining life, detect changed states');
  command
    .command('train')
    .description('learn a forecast model from a fleet history')
    .requiredOption('--history <dir>', 'fleet history folder')
    .requiredOption('--out <dir>', 'folder for model.json and card.json')
    .option('--budget <seconds>', 'bound on the wall time; what does not fit is left out, and said', positive, 60)
    .option('--seed <n>', 'the same seed gives the same bytes', whole, 1)
    .option('--threads <n>', 'threads to train with; the model is the same', fromOne, availableParallelism())
    .option('--json', 'print the model card as JSON')
    .addHelpText('after', example('train --history fleet --out model'))
    .action(train);
  command
    .command('predict')
    .description('forecast the machines of a fleet history')
    .requiredOption('--history <dir>', 'fleet history folder')
    .requiredOption('--model <dir>', 'folder made by train')
    .requiredOption('--out <file>', 'CSV to write')
    .option('--at <when>', 'last, all, or a CSV file machine,t', 'last')
    .addHelpText('after', example('predict --history fleet --model model --out forecasts.csv'))
    .action(predict);
  command
    .command('detect')
    .description('score every row against the first rows of its machine')
    .requiredOption('--history <dir>', 'fleet history folder')
    .requiredOption('--baseline <rows>', 'first rows of each machine that count as healthy', whole)
    .option('--false-alarms <share>', 'share of healthy rows that may alarm', share, defaultFalseAlarmBudget)
    .requiredOption('--out <file>', 'CSV to write')
    .addHelpText('after', example('detect --history fleet --baseline 400 --out states.csv'))
    .action(detect);
  command
    .command('backtest')
    .description('forecast each machine by models that never saw it; accuracy, calibration, lead time')
    .requiredOption('--history <dir>', 'fleet history folder')
    .option('--budget <seconds>', 'bound on the wall time of each of the five trainings', positive, 60)
    .option('--seed <n>', 'the same seed gives the same result', whole, 1)
    .option('--threads <n>', 'threads to train with', fromOne, availableParallelism())
    .option('--json', 'print one JSON document')
    .addHelpText('after', example('backtest --history fleet'))
    .action(runBacktest);
  return command;
};
