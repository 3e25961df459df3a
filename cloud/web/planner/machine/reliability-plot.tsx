import './reliability-plot.css';
import type { ReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { useWords } from '../../parts/language.tsx';

type Bin = ReliabilityView['horizons'][number]['bins'][number];

/** Units of the drawing: 0..100 on both axes. */
const at = (share: number): number => 100 * share;
const radiusOf = ({ forecasts }: Bin, most: number): number => 1.6 + 2.4 * Math.sqrt(forecasts / most);

/** What was said across, what happened upwards, with its interval; on the dotted line both are the same. */
export const ReliabilityPlot = ({ bins }: { bins: readonly Bin[] }) => {
  const words = useWords();
  const most = Math.max(1, ...bins.map(({ forecasts }) => forecasts));
  return (
    <figure className="reliability-plot">
      <svg viewBox="-2 -2 104 104" aria-hidden="true">
        <path d="M0 0V100H100" className="plot-axis" />
        <path d="M0 100L100 0" className="plot-same" />
        {bins.map((bin) => (
          <g key={bin.said}>
            <line
              x1={at(bin.said)}
              x2={at(bin.said)}
              y1={100 - at(bin.happened.low)}
              y2={100 - at(bin.happened.high)}
              className="plot-interval"
            />
            <circle cx={at(bin.said)} cy={100 - at(bin.happened.value)} r={radiusOf(bin, most)} className="plot-dot" />
          </g>
        ))}
      </svg>
      <span className="plot-up small soft">{words.t('reliability.happened')}</span>
      <span className="plot-across small soft">{words.t('reliability.said')}</span>
    </figure>
  );
};

/** The same as numbers. */
export const ReliabilityTable = ({ bins }: { bins: readonly Bin[] }) => {
  const words = useWords();
  return (
    <table className="reliability-table small">
      <thead>
        <tr>
          <th scope="col" className="number">
            {words.t('reliability.said')}
          </th>
          <th scope="col" className="number">
            {words.t('reliability.happened')}
          </th>
          <th scope="col" className="number">
            {words.t('reliability.forecasts')}
          </th>
        </tr>
      </thead>
      <tbody>
        {bins.map(({ said, forecasts, happened }) => (
          <tr key={said}>
            <td className="number">{words.percent(said)}</td>
            <td className="number">
              {words.t('reading.range', {
                median: words.percent(happened.value),
                low: words.percent(happened.low),
                high: words.percent(happened.high),
              })}
            </td>
            <td className="number">{words.number(forecasts)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
