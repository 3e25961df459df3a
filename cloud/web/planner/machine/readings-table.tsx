import './readings-table.css';
import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView, SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../../parts/language.tsx';
import type { TimeWindow } from './time-window.ts';

const rowsShown = 200;

/** The numbers behind what is in sight of the signal, newest first. */
export const ReadingsTable = ({
  series,
  window,
  point,
  timeZone,
}: {
  series: SeriesView;
  window: TimeWindow;
  point: MachineView['points'][number];
  timeZone: string;
}) => {
  const words = useWords();
  const fromMs = Date.parse(series.fromAt);
  const rows = series.index
    .map((bucket, i) => ({
      atMs: fromMs + bucket * series.bucketMs,
      min: series.min[i] ?? 0,
      mean: series.mean[i] ?? 0,
      max: series.max[i] ?? 0,
      count: series.count[i] ?? 0,
    }))
    .filter(({ atMs }) => atMs + series.bucketMs > window.fromMs && atMs < window.toMs)
    .reverse()
    .slice(0, rowsShown);
  return (
    <div className="readings-frame">
      <table className="readings">
        <caption>
          {words.t('readings.caption', {
            point: pointName(words, point.name),
            unit: words.coded('unit', point.unit, point.unit),
          })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.t('readings.from')}</th>
            {(['min', 'mean', 'max', 'count'] as const).map((column) => (
              <th scope="col" className="number" key={column}>
                {words.t(`readings.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.atMs}>
              <th scope="row">
                {words.day(row.atMs, timeZone)} {words.time(row.atMs, timeZone)}
              </th>
              <td className="number">{words.number(row.min, 2)}</td>
              <td className="number">{words.number(row.mean, 2)}</td>
              <td className="number">{words.number(row.max, 2)}</td>
              <td className="number">{words.number(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
