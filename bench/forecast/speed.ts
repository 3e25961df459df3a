import { forecastAt } from '@kuluma/cloud/core/forecast/forecast.ts';
import { leftOutLine } from '@kuluma/shared/model/left-out.ts';
import type { Bench } from '../bench.ts';
import { fleetOf, timed, train } from './fleets.ts';

/** Training and one forecast with its drivers, at the last row of each engine; and the most memory that it took. */
export const speed: Bench = async () => {
  const history = await fleetOf('cmapss', 'cmapss/train_FD002.txt.gz');
  const { value: model, seconds } = await timed(() => train(history));
  const forecasts = await timed(() => history.machines.map((machine) => forecastAt(model, 'engine', machine)));
  const forecastMs = (1000 * forecasts.seconds) / forecasts.value.length;
  const { maxRSS: peakMemoryKb } = process.resourceUsage();
  return [
    {
      what: "Training on FD002's train file, wall / one forecast",
      toReach: '60 s / 5 ms (aim 25 s / 1 ms)',
      measured: `${seconds.toFixed(1)} s / ${forecastMs.toFixed(2)} ms; at most ${Math.round(peakMemoryKb / 1024)} MB`,
      met: seconds <= 60 && forecastMs <= 5,
      figures: { trainSeconds: seconds, forecastMs, peakMemoryKb, leftOut: model.leftOut.map(leftOutLine).join('; ') },
    },
  ];
};
