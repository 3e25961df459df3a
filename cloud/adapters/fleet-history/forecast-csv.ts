import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Detection } from '../../core/condition/state-detection.ts';
import type { Driver } from '../../core/forecast/drivers.ts';
import type { RowForecast } from '../../core/forecast/forecast.ts';
import { csvField } from './csv-table.ts';

const writeLines = async (path: string, lines: Iterable<string>): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(lines), createWriteStream(path));
};

const number = (value: number): string => String(Number(value.toPrecision(8)));

const reasonOf = (drivers: readonly Driver[]): string =>
  drivers
    .map(
      ({ point, kind, direction, effect, share }) =>
        `${point}${point === kind ? '' : ` ${kind}`} ${direction} ${effect} ${Math.round(share * 100)}%`,
    )
    .join('; ');

/** One row of a forecast file: `t` is the text of the input. */
export interface ForecastLine {
  readonly machine: string;
  readonly component: string;
  readonly t: string;
  readonly forecast: RowForecast;
}

const forecastFields = ({ machine, component, t, forecast }: ForecastLine, horizons: readonly number[]): string[] => {
  const life = forecast.life;
  const head = [csvField(machine), csvField(component), csvField(t)];
  if (!life) return [...head, ...new Array<string>(6 + horizons.length).fill(''), forecast.abstain ?? '', ''];
  const { p05, p10, p50, p90, p95 } = life.quantiles;
  const risks = horizons.map((h) => life.failureProbability.find(({ horizon }) => horizon === h)?.value);
  return [
    ...head,
    ...[life.rul, p05, p10, p50, p90, p95].map(number),
    ...risks.map((value) => (value === undefined ? '' : number(value))),
    '',
    csvField(reasonOf(life.drivers)),
  ];
};

function* forecastLines(lines: Iterable<ForecastLine>, horizons: readonly number[]): Generator<string> {
  const risks = horizons.map((horizon) => `p_fail_${horizon}`);
  const quantiles = ['rul_p05', 'rul_p10', 'rul_p50', 'rul_p90', 'rul_p95'];
  yield `${['machine', 'component', 't', 'rul', ...quantiles, ...risks, 'abstain', 'reason'].join(',')}\n`;
  for (const line of lines) yield `${forecastFields(line, horizons).join(',')}\n`;
}

/** Writes a forecast file: numbers are empty where the forecast abstains. */
export const writeForecasts = (
  path: string,
  lines: Iterable<ForecastLine>,
  horizons: readonly number[],
): Promise<void> => writeLines(path, forecastLines(lines, horizons));

function* detectionLines(rows: Iterable<{ machine: string; t: string; detection: Detection }>): Generator<string> {
  yield 'machine,t,score,alarm\n';
  for (const { machine, t, detection } of rows)
    yield `${csvField(machine)},${csvField(t)},${number(detection.score)},${detection.alarm ? 1 : 0}\n`;
}

/** Writes a detection file, one line for every row. */
export const writeDetections = (
  path: string,
  rows: Iterable<{ machine: string; t: string; detection: Detection }>,
): Promise<void> => writeLines(path, detectionLines(rows));
