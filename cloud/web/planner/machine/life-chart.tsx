import type { ForecastHistoryView, MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useCallback, useMemo, useRef } from 'react';
import type uPlot from 'uplot';
import { useWords } from '../../parts/language.tsx';
import { extentOf, type HeldRange, heldRange, lifeColumns } from './chart-data.ts';
import { drawMark, drawNow, sharedStyle } from './chart-style.ts';
import type { TimeLineFacts } from './time-line-facts.ts';
import { type Colours, UplotChart } from './uplot-chart.tsx';

/** Remaining life as it was forecast, and right of now as it runs out: P05-P95 light, P10-P90 darker, median a line. */
export const LifeChart = ({
  history,
  component,
  facts,
}: {
  history: ForecastHistoryView;
  component: MachineView['components'][number];
  facts: TimeLineFacts;
}) => {
  const words = useWords();
  const { window, nowMs, timeZone, failureMs, markMs } = facts;
  const data = useMemo(() => lifeColumns(history, component.code, nowMs), [history, component.code, nowMs]);
  const hasForecast = data[3]?.some((median) => median !== null) ?? false;
  const held = useRef<HeldRange | null>(null);
  held.current = heldRange(held.current, window.toMs - window.fromMs, extentOf(data, window));
  const mostDays = Math.max(1, held.current?.high ?? 1);
  const draw = useCallback(
    (u: uPlot, colours: Colours) => {
      if (markMs !== null) drawMark(u, markMs, colours);
      drawNow(u, nowMs, words.t('chart.now'), colours);
    },
    [words, nowMs, markMs],
  );
  return (
    <>
      <p className="chart-title">
        {words.t('chart.life', { component: words.own(component.name) })}{' '}
        <span className="soft">{words.t('chart.lifeUnit')}</span>
      </p>
      {failureMs && (
        <p>
          {words.t('chart.failureExpected', {
            range: words.dayRange(failureMs('p10'), failureMs('p90'), timeZone),
            median: words.day(failureMs('p50'), timeZone),
          })}
        </p>
      )}
      {!hasForecast && <p className="soft">{words.t('life.unknown')}</p>}
      {hasForecast && (
        <UplotChart
          data={data}
          window={window}
          yRange={[0, mostDays * 1.1]}
          height={172}
          identity={`${component.componentId} ${words.language} ${timeZone}`}
          draw={draw}
          build={(colours) => {
            const edge = { stroke: 'transparent', points: { show: false } };
            return {
              ...sharedStyle(words, colours, timeZone),
              series: [{}, edge, edge, { stroke: colours('accent'), width: 2, points: { show: false } }, edge, edge],
              bands: [
                { series: [1, 5], fill: colours('band-light') },
                { series: [2, 4], fill: colours('band-dark') },
              ],
            };
          }}
        />
      )}
    </>
  );
};
