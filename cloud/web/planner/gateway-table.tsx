import type { GatewayView } from '@kuluma/shared/model/views/status.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../parts/language.tsx';
import { momentText } from '../parts/sentences.ts';
import { RefusalList } from './refusal-list.tsx';
import { StatusState } from './status-state.tsx';

/** The gateways: heard or not, what waits on them, and what of theirs was refused. */
export const GatewayTable = ({ gateways, timeZone }: { gateways: readonly GatewayView[]; timeZone: string }) => {
  const words = useWords();
  return (
    <table className="status-table" aria-labelledby="status-gateways">
      <thead>
        <tr>
          <th scope="col">{words.t('status.state')}</th>
          <th scope="col">{words.t('status.gateway')}</th>
          <th scope="col">{words.t('status.lastSeen')}</th>
          <th scope="col">{words.t('status.waiting')}</th>
          <th scope="col">{words.t('status.refused')}</th>
        </tr>
      </thead>
      <tbody>
        {gateways.map((gateway) => (
          <tr key={gateway.gatewayId}>
            <td>
              <GatewayState gateway={gateway} />
            </td>
            <th scope="row">
              <Link to="/gateways/$gatewayId" params={{ gatewayId: gateway.gatewayId }}>
                {gateway.name}
              </Link>
              <span className="small soft status-detail">{gateway.siteName}</span>
              {gateway.config && <ConfigDetail config={gateway.config} />}
            </th>
            <td data-label={words.t('status.lastSeen')}>
              {gateway.lastSeenAt ? momentText(words, gateway.lastSeenAt, timeZone) : '–'}
            </td>
            <td data-label={words.t('status.waiting')}>
              {gateway.outboxDepth === null ? '–' : words.t('status.batches', { count: gateway.outboxDepth })}
            </td>
            <td data-label={words.t('status.refused')}>
              {gateway.refusals.length > 0 ? (
                <RefusalList refusals={gateway.refusals} timeZone={timeZone} />
              ) : (
                <span className="soft">{words.t('status.refusedNothing')}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Whether it is heard, as icon, word and colour. */
export const GatewayState = ({ gateway }: { gateway: Pick<GatewayView, 'online' | 'lastSeenAt'> }) => {
  const words = useWords();
  if (gateway.online) return <StatusState state="good" word={words.t('status.online')} />;
  return gateway.lastSeenAt ? (
    <StatusState state="critical" word={words.t('status.offline')} />
  ) : (
    <StatusState state="unknown" word={words.t('status.never')} />
  );
};

/** What became of the configuration that was sent last; why not is in the gateway's own words. */
const ConfigDetail = ({ config: { revision, state, report } }: { config: NonNullable<GatewayView['config']> }) => {
  const words = useWords();
  return (
    <span className="small soft status-detail">
      {words.t(`status.config.${state}`, { revision })}
      {report && <span lang="en">{`: ${report}`}</span>}
    </span>
  );
};
