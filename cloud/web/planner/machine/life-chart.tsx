import type { ForecastHistoryView, MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useMemo } from 'react';
import { useWords } from '../../parts/language.tsx';
import { lifeColumns } from './chart-data.ts';
import { drawNow, sharedStyle } from './chart-style.ts';
import type { TimeAxis } from './time-axis.ts';
import { UplotChart } from './uplot-chart.tsx';

/** Remaining life as it was forecast, and right of now as it runs out: P05-P95 light, P10-P90 darker, median a line. */
export const LifeChart = ({
  history,
  component,
  axis,
}: {
  history: ForecastHistoryView;
  component: MachineView['components'][number];
  axis: TimeAxis;
}) => {
  const words = useWords();
  const data = useMemo(() => lifeColumns(history, component.code, axis.nowMs), [history, component.code, axis.nowMs]);
  const hasForecast = data[3]?.some((median) => median !== null) ?? false;
  const rulDays = component.forecast?.rulDays;
  const failureMs = (days: number) => Date.parse(component.forecast?.forecastAt ?? '') + days * 86_400_000;
  return (
    <>
      <p className="chart-title">
        {words.t('chart.life', { component: words.own(component.name) })}{' '}
        <span className="soft">{words.t('chart.lifeUnit')}</span>
      </p>
      {rulDays && (
        <p>
          {words.t('chart.failureExpected', {
            range: words.dayRange(failureMs(rulDays.p10), failureMs(rulDays.p90), axis.timeZone),
            median: words.day(failureMs(rulDays.p50), axis.timeZone),
          })}
        </p>
      )}
      {!hasForecast && <p className="soft">{words.t('life.unknown')}</p>}
      {hasForecast && (
        <UplotChart
          data={data}
          height={188}
          identity={`${component.componentId} ${words.language} ${axis.fromMs} ${axis.toMs}`}
          build={(colours) => {
            const { x, ...style } = sharedStyle(words, colours, axis);
            const edge = { stroke: 'transparent', points: { show: false } };
            return {
              ...style,
              scales: { x, y: { range: (_, _low, high) => [0, Math.max(high ?? 1, 1) * 1.1] } },
              series: [{}, edge, edge, { stroke: colours('accent'), width: 2, points: { show: false } }, edge, edge],
              bands: [
                { series: [1, 5], fill: colours('band-light') },
                { series: [2, 4], fill: colours('band-dark') },
              ],
              hooks: { draw: [(u) => drawNow(u, axis.nowMs, words.t('chart.now'), colours)] },
            };
          }}
        />
      )}
    </>
  );
};
