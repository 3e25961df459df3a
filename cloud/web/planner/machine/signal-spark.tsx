import type { SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { useMemo } from 'react';
import { extentOf, seriesColumns } from './chart-data.ts';
import type { TimeWindow } from './time-window.ts';

const [width, height, pad] = [240, 40, 2];

/** A small picture of a signal over the window: mean as a line, min to max behind it, gaps as gaps. */
export const SignalSpark = ({ series, window }: { series: SeriesView; window: TimeWindow }) => {
  const { fromMs, toMs } = window;
  const drawn = useMemo(() => {
    const columns = seriesColumns(series);
    const extent = extentOf(columns, { fromMs, toMs });
    if (!extent) return null;
    const spread = extent.high - extent.low || 1;
    const x = (seconds: number) => ((width * (seconds * 1000 - fromMs)) / (toMs - fromMs)).toFixed(1);
    const y = (value: number) => (height - pad - ((height - 2 * pad) * (value - extent.low)) / spread).toFixed(1);
    const [seconds, max = [], min = [], mean = []] = columns;
    let [line, envelope, isDown] = ['', '', false];
    seconds.forEach((second, row) => {
      const [value, top, bottom] = [mean[row], max[row], min[row]];
      if (value == null || top == null || bottom == null) {
        isDown = false;
        return;
      }
      line += `${isDown ? 'L' : 'M'}${x(second)},${y(value)}`;
      envelope += `M${x(second)},${y(top)}V${y(bottom)}`;
      isDown = true;
    });
    return { line, envelope };
  }, [series, fromMs, toMs]);
  return (
    <svg className="signal-spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {drawn && (
        <>
          <path d={drawn.envelope} className="spark-envelope" />
          <path d={drawn.line} className="spark-line" />
        </>
      )}
    </svg>
  );
};
