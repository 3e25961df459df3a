import { machineFolds } from '@kuluma/cloud/core/forecast/blend/folds.ts';
import { forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { Bench, Row } from '../bench.ts';
import { fleetOf, mean, percent, rmse, train } from './fleets.ts';

const folds = 5;
const cap = 125;
const alertLife = 30;
const bootstraps = 1000;

/** One row of an engine, forecast by a model that never saw the engine. */
interface Scored {
  /** Capped, as the forecast. */
  readonly truth: number;
  readonly trueLife: number;
  readonly rul: number;
  readonly low: number;
  readonly high: number;
}
interface Engine {
  readonly rows: readonly Scored[];
  readonly abstained: number;
}

const scoreFleet = async (history: FleetHistory): Promise<Engine[]> => {
  const positions = history.machines.map((_, m) => m);
  const { fold } = machineFolds(positions, folds, seededRandom(1));
  const engines: Engine[] = [];
  for (let k = 0; k < folds; k++) {
    const model = await train({ ...history, machines: history.machines.filter((_, m) => fold.get(m) !== k) });
    for (const machine of history.machines.filter((_, m) => fold.get(m) === k)) {
      const endT = machine.t.at(-1) ?? 0;
      const forecasts = forecastRows(model, 'engine', machine, { explain: false });
      const rows = forecasts.flatMap(({ t, life }) =>
        life
          ? [
              {
                trueLife: endT - t,
                truth: Math.min(cap, endT - t),
                rul: life.rul,
                low: life.quantiles.p05,
                high: life.quantiles.p95,
              },
            ]
          : [],
      );
      engines.push({ rows, abstained: forecasts.length - rows.length });
    }
  }
  return engines;
};

const rmseOf = (engines: readonly Engine[]): number =>
  rmse(engines.flatMap(({ rows }) => rows.map(({ rul, truth }) => rul - truth)));
const coverageOf = (engines: readonly Engine[], counts = (_: Scored) => true): number =>
  mean(
    engines.flatMap(({ rows }) =>
      rows.filter(counts).map(({ low, high, truth }) => Number(low <= truth && truth <= high)),
    ),
  );
const widthOf = (engines: readonly Engine[]): number =>
  mean(engines.flatMap(({ rows }) => rows.map(({ low, high }) => high - low)));

/** 95 % interval of the coverage under another draw of engines. */
const bootstrapped = (engines: readonly Engine[]): [number, number] => {
  const random = seededRandom(2);
  const drawn = Array.from({ length: bootstraps }, () =>
    coverageOf(engines.map(() => engines[Math.floor(random() * engines.length)] as Engine)),
  ).sort((a, b) => a - b);
  return [drawn[Math.floor(0.025 * bootstraps)] ?? Number.NaN, drawn[Math.floor(0.975 * bootstraps)] ?? Number.NaN];
};

const rmseRow = (set: string, engines: readonly Engine[], must: number, aim: number): Row => {
  const value = rmseOf(engines);
  return {
    what: `C-MAPSS ${set} training engines, 5-fold by engine, all rows, life capped at 125: RMSE`,
    toReach: `${must.toFixed(1)} (aim ${aim.toFixed(1)})`,
    measured: value.toFixed(2),
    met: value <= must,
    figures: { rmse: value, engines: engines.length },
  };
};

const intervalRow = (engines: readonly Engine[]): Row => {
  const [low, high] = bootstrapped(engines);
  const rows = engines.reduce((sum, engine) => sum + engine.rows.length, 0);
  const abstained = engines.reduce((sum, engine) => sum + engine.abstained, 0);
  const figures = {
    coverage90: coverageOf(engines),
    coverage90Low: low,
    coverage90High: high,
    // A band that ends at the cap cannot be missed above: at best it holds 95 %.
    coverage90EndingBelowCap: coverageOf(engines, (row) => row.high < cap),
    coverage90EndingAtCap: coverageOf(engines, (row) => row.high >= cap),
    meanWidth90: widthOf(engines),
    abstainedShare: abstained / (rows + abstained),
  };
  return {
    what: '90 % intervals, all training rows out of fold on FD001-FD003: coverage (95 % interval over engines) / mean width',
    toReach: '0.86-0.95 / 36 (aim 0.88-0.93 / 28)',
    measured: `${figures.coverage90.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)}) / ${figures.meanWidth90.toFixed(1)}; ${figures.coverage90EndingBelowCap.toFixed(3)} of those that end below the cap, ${figures.coverage90EndingAtCap.toFixed(3)} at it; ${percent(figures.abstainedShare, 2)} abstained`,
    met:
      figures.coverage90 >= 0.86 &&
      figures.coverage90 <= 0.95 &&
      figures.meanWidth90 <= 36 &&
      figures.abstainedShare <= 0.02,
    figures,
  };
};

const alertRow = (engines: readonly Engine[]): Row => {
  const first = engines.map(({ rows }) => rows.find(({ rul }) => rul <= alertLife));
  const inTime = mean(first.map((row) => Number(row !== undefined && row.trueLife >= 15 && row.trueLife <= 60)));
  const alerts = engines.flatMap(({ rows }) => rows.filter(({ rul }) => rul <= alertLife));
  const early = mean(alerts.map(({ trueLife }) => Number(trueLife > 60)));
  return {
    what: 'First alert (forecast life <= 30) at a true life of 15-60, share of engines / alert rows with true life > 60',
    toReach: '90 % / 1 % (aim 97 % / 0.2 %)',
    measured: `${percent(inTime)} / ${percent(early, 2)}`,
    met: inTime >= 0.9 && early <= 0.01,
    figures: { inTimeShare: inTime, earlyShare: early, engines: engines.length, alertRows: alerts.length },
  };
};

/** NASA C-MAPSS training files, each engine forecast by models trained without it. */
export const outOfFold: Bench = async () => {
  // One after the other: side by side each would take from the time of the others.
  const scored = async (set: string) => scoreFleet(await fleetOf('cmapss', `cmapss/train_${set}.txt.gz`));
  const one = await scored('FD001');
  const two = await scored('FD002');
  const three = await scored('FD003');
  const all = [...one, ...two, ...three];
  return [rmseRow('FD002', two, 11, 9.5), rmseRow('FD003', three, 10.5, 9), intervalRow(all), alertRow(all)];
};
