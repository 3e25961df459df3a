import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView, SeriesView } from '@kuluma/shared/model/views/machine.ts';
import type { PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { useCallback, useMemo, useRef } from 'react';
import type uPlot from 'uplot';
import { useWords } from '../../parts/language.tsx';
import { readingNumber, readingText, unitText } from '../../parts/sentences.ts';
import {
  type Columns,
  extentOf,
  type HeldRange,
  heldRange,
  loneRows,
  seriesColumns,
  valueRange,
} from './chart-data.ts';
import { drawFailure, drawFailureWords, drawLimit, drawMark, drawNow, sharedStyle } from './chart-style.ts';
import { drawPeers } from './peers.ts';
import type { TimeLineFacts } from './time-line-facts.ts';
import { type Colours, UplotChart } from './uplot-chart.tsx';

const noData: Columns = [[], [], [], []];

/**
 * A point's history: mean as a line, min to max as its envelope, gaps as gaps, the alarm limit named on its line; right of
 * now when the failure is expected.
 */
export const SignalChart = ({
  series,
  point,
  facts,
  peers,
  withBand,
}: {
  series: SeriesView | undefined;
  point: MachineView['points'][number];
  facts: TimeLineFacts;
  /** Of the same point of other machines. */
  peers: PeersView | undefined;
  withBand: boolean;
}) => {
  const words = useWords();
  const { window, nowMs, timeZone, failureMs, markMs } = facts;
  const data = useMemo(() => (series ? seriesColumns(series) : noData), [series]);
  const held = useRef<{ pointId: string; range: HeldRange | null }>({ pointId: point.pointId, range: null });
  if (held.current.pointId !== point.pointId) held.current = { pointId: point.pointId, range: null };
  held.current.range = heldRange(held.current.range, window.toMs - window.fromMs, extentOf(data, window));
  const { low, high } = held.current.range ?? { low: 0, high: point.alarmLimit ?? 1 };
  const unit = unitText(words, point.unit);

  const draw = useCallback(
    (u: uPlot, colours: Colours) => {
      if (point.alarmLimit !== null) {
        const value = readingNumber(words, point.alarmLimit);
        drawLimit(u, point.alarmLimit, words.t('chart.limit', { value, unit }), colours);
      }
      if (failureMs) drawFailureWords(u, failureMs('p50'), words.t('timeLine.failure'), colours);
      if (markMs !== null) drawMark(u, markMs, colours);
      drawNow(u, nowMs, words.t('chart.now'), colours);
    },
    [words, point, unit, nowMs, failureMs, markMs],
  );
  const drawUnder = useCallback(
    (u: uPlot, colours: Colours) => {
      if (peers) drawPeers(u, peers, withBand, colours);
      if (failureMs) drawFailure(u, failureMs, colours);
    },
    [failureMs, peers, withBand],
  );

  const readout = useRef<HTMLSpanElement>(null);
  const tell = (row: number | null) => {
    const [seconds, max, min, mean] = data;
    const [at, value] = row === null ? [] : [seconds[row], mean?.[row]];
    if (!readout.current) return;
    readout.current.textContent =
      row === null || at === undefined || value == null
        ? ''
        : words.t('timeLine.readout', {
            day: words.day(at * 1000, timeZone),
            time: words.time(at * 1000, timeZone),
            value: readingText(words, value, point.unit),
            min: readingNumber(words, min?.[row] ?? value),
            max: readingNumber(words, max?.[row] ?? value),
          });
  };

  return (
    <>
      <p className="chart-title">
        {pointName(words, point.name)} <span className="soft">{unit}</span>
        <span className="readout soft" ref={readout} aria-hidden="true" />
      </p>
      <UplotChart
        data={data}
        window={window}
        yRange={valueRange(low, high, point.alarmLimit)}
        height={248}
        identity={`${point.pointId} ${words.language} ${timeZone}`}
        drawUnder={drawUnder}
        draw={draw}
        onHover={tell}
        build={(colours) => ({
          ...sharedStyle(words, colours, timeZone),
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
        })}
      />
    </>
  );
};
