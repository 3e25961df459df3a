import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView, SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { useMemo } from 'react';
import { useWords } from '../../parts/language.tsx';
import { loneRows, seriesColumns, valueRange } from './chart-data.ts';
import { drawLimit, drawNow, sharedStyle } from './chart-style.ts';
import type { TimeAxis } from './time-axis.ts';
import { UplotChart } from './uplot-chart.tsx';

/** A point's history: mean as a line, min to max as its envelope, gaps as gaps, the alarm limit named on its line. */
export const SignalChart = ({
  series,
  point,
  axis,
}: {
  series: SeriesView;
  point: MachineView['points'][number];
  axis: TimeAxis;
}) => {
  const words = useWords();
  const data = useMemo(() => seriesColumns(series), [series]);
  const unit = words.coded('unit', point.unit, point.unit);
  return (
    <>
      <p className="chart-title">
        {pointName(words, point.name)} <span className="soft">{unit}</span>
      </p>
      <UplotChart
        data={data}
        height={248}
        identity={`${point.pointId} ${words.language} ${axis.fromMs} ${axis.toMs}`}
        build={(colours) => {
          const { x, ...style } = sharedStyle(words, colours, axis);
          return {
            ...style,
            scales: { x, y: { range: (_, low, high) => valueRange(low, high, point.alarmLimit) } },
            series: [
              {},
              { stroke: 'transparent', points: { show: false } },
              { stroke: 'transparent', points: { show: false } },
              {
                stroke: colours('signal'),
                width: 1.5,
                points: {
                  show: true,
                  size: 4,
                  fill: colours('signal'),
                  filter: (u) => loneRows(Array.from(u.data[3] ?? [], (v) => v ?? null)),
                },
              },
            ],
            bands: [{ series: [1, 2], fill: colours('signal-soft') }],
            hooks: {
              draw: [
                (u) => {
                  if (point.alarmLimit !== null) {
                    const value = words.number(point.alarmLimit, point.alarmLimit % 1 === 0 ? 0 : 1);
                    drawLimit(u, point.alarmLimit, words.t('chart.limit', { value, unit }), colours);
                  }
                  drawNow(u, axis.nowMs, words.t('chart.now'), colours);
                },
              ],
            },
          };
        }}
      />
    </>
  );
};
