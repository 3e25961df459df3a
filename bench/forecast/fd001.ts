import { readFileSync } from 'node:fs';
import { forecastAt } from '@kuluma/cloud/core/forecast/forecast.ts';
import type { Bench } from '../bench.ts';
import { dataFile, fleetOf, mean, rmse, timed, train } from './fleets.ts';
import { meanOfTraining, ridgeOnMeans } from './plain-methods.ts';

const cap = 125;

/** Asymmetric score of the PHM08 challenge: late forecasts cost more. Source: Saxena et al. 2008, section V. */
const phmScore = (errors: readonly number[]): number =>
  errors.reduce((sum, error) => sum + Math.expm1(error < 0 ? -error / 13 : error / 10), 0);

/** The test file of NASA C-MAPSS FD001, one forecast an engine at its last row, truth capped as usual. */
export const fd001: Bench = async () => {
  const history = await fleetOf('cmapss', 'cmapss/train_FD001.txt.gz');
  const test = await fleetOf('cmapss', 'cmapss/test_FD001.txt.gz', '--running');
  const truths = readFileSync(dataFile('cmapss/RUL_FD001.txt'), 'utf8')
    .trim()
    .split(/\s+/)
    .map((text) => Math.min(cap, Number(text)));
  const { value: model, seconds } = await timed(() => train(history));
  const made = test.machines.flatMap((machine, i) => {
    const life = forecastAt(model, 'engine', machine)?.life;
    return life ? [{ life, truth: truths[i] ?? Number.NaN }] : [];
  });
  const errors = made.map(({ life, truth }) => life.rul - truth);
  const errorOf = (forecasts: readonly number[]) => rmse(forecasts.map((f, i) => f - (truths[i] ?? Number.NaN)));
  const figures = {
    rmse: rmse(errors),
    phmScore: phmScore(errors),
    abstained: test.machines.length - made.length,
    coverage90: mean(
      made.map(({ life: { quantiles }, truth }) => Number(quantiles.p05 <= truth && truth <= quantiles.p95)),
    ),
    trainSeconds: seconds,
    rmseOfMean: errorOf(meanOfTraining(history, test, cap)),
    rmseOfRidge: errorOf(ridgeOnMeans(history, test, cap)),
  };
  return [
    {
      what: 'C-MAPSS FD001 test, last row, life capped at 125: RMSE / PHM08 score',
      toReach: '12.0 / 230 (aim 11.0 / 180)',
      measured: `${figures.rmse.toFixed(2)} / ${figures.phmScore.toFixed(0)}, ${figures.abstained} abstained; ridge ${figures.rmseOfRidge.toFixed(1)}, mean life ${figures.rmseOfMean.toFixed(1)}`,
      met: figures.rmse <= 12 && figures.phmScore <= 230 && figures.abstained === 0,
      figures,
    },
  ];
};
