import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { momentText, readingText } from '../../parts/sentences.ts';
import { StatusState } from '../status-state.tsx';

type Point = GatewayDetailView['points'][number];

const PointState = ({ point }: { point: Point }) => {
  const words = useWords();
  if (point.lastSampledAt === null) return <StatusState state="unknown" word={words.t('gateway.noData')} />;
  const [worst] = point.faults;
  return worst ? (
    <StatusState state="critical" word={words.t(`gateway.fault.${worst}`)} />
  ) : (
    <StatusState state="good" word={words.t('gateway.nothingWrong')} />
  );
};

/** The points that a gateway feeds: what they gave last and what is wrong with it. */
export const FedPoints = ({ points, timeZone }: { points: readonly Point[]; timeZone: string }) => {
  const words = useWords();
  return (
    <table className="status-table gateway-points" aria-labelledby="gateway-points">
      <thead>
        <tr>
          <th scope="col">{words.t('gateway.wrong')}</th>
          <th scope="col">{words.t('gateway.point')}</th>
          <th scope="col">{words.t('gateway.newest')}</th>
          <th scope="col">{words.t('gateway.usable')}</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.pointId}>
            <td>
              <PointState point={point} />
              {point.faults.slice(1).map((fault) => (
                <span key={fault} className="small soft status-detail">
                  {words.t(`gateway.fault.${fault}`)}
                </span>
              ))}
            </td>
            <th scope="row">
              <Link to="/machines/$machineId" params={{ machineId: point.machineId }}>
                {point.machineTag}
              </Link>{' '}
              {pointName(words, point.name)}
              {point.source !== '' && <span className="small soft status-detail">{point.source}</span>}
            </th>
            <td data-label={words.t('gateway.newest')}>
              {point.value === null ? '–' : readingText(words, point.value, point.unit)}
              {point.lastSampledAt && (
                <span className="small soft status-detail">{momentText(words, point.lastSampledAt, timeZone)}</span>
              )}
            </td>
            <td data-label={words.t('gateway.usable')}>{point.score === null ? '–' : words.percent(point.score)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
