import './signal-table.css';
import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../../parts/language.tsx';
import { momentText, readingText } from '../../parts/sentences.ts';
import { SignalSpark } from './signal-spark.tsx';
import type { TimeWindow } from './time-window.ts';
import { useSeries } from './use-series.ts';

type Point = MachineView['points'][number];

/** What all rows have in common. */
interface Shown {
  readonly path: string;
  readonly window: TimeWindow;
  readonly reach: TimeWindow;
  readonly nowMs: number;
  readonly timeZone: string;
}

/** Buckets of the small picture of a signal. */
const sparkBuckets = 100;

const SignalRow = ({
  point,
  shown,
  isChosen,
  onChoose,
}: {
  point: Point;
  shown: Shown;
  isChosen: boolean;
  onChoose: () => void;
}) => {
  const words = useWords();
  const { pointId, unit, alarmLimit, latest } = point;
  const { series } = useSeries({ ...shown, pointId, leastBuckets: sparkBuckets });
  const limit = alarmLimit === null ? '–' : readingText(words, alarmLimit, unit);
  return (
    <tr aria-current={isChosen}>
      <th scope="row">
        <button type="button" onClick={onChoose}>
          {pointName(words, point.name)}
        </button>
      </th>
      <td className="number">{latest ? readingText(words, latest.value, unit) : words.t('signals.noValue')}</td>
      <td className="soft">{latest && momentText(words, latest.sampledAt, shown.timeZone)}</td>
      <td className="number">{alarmLimit === null ? '' : words.t('signals.limit', { limit })}</td>
      <td className="spark-cell">{series && <SignalSpark series={series} window={shown.window} />}</td>
    </tr>
  );
};

/** Every point of the machine: its last value, its limit, and its course over what the time line shows. */
export const SignalTable = ({
  points,
  chosen,
  onChoose,
  ...shown
}: Shown & { points: readonly Point[]; chosen: Point; onChoose: (pointId: string) => void }) => {
  const words = useWords();
  return (
    <div className="signal-frame">
      <table className="signals">
        <caption className="visually-hidden">{words.t('machineTab.signals')}</caption>
        <thead>
          <tr>
            <th scope="col">{words.t('chart.point')}</th>
            <th scope="col" className="number">
              {words.t('signals.latest')}
            </th>
            <th scope="col">{words.t('signals.at')}</th>
            <th scope="col" className="number">
              {words.t('signals.alarmLimit')}
            </th>
            <th scope="col">{words.t('signals.course')}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <SignalRow
              key={point.pointId}
              point={point}
              shown={shown}
              isChosen={point.pointId === chosen.pointId}
              onChoose={() => onChoose(point.pointId)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
};
