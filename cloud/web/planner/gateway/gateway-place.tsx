import '../status-place.css';
import './gateway-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { EdgeNodeView } from '@kuluma/shared/model/views/edge-node.ts';
import type { GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { ZoneNote } from '../../parts/zone-note.tsx';
import { GatewayState } from '../gateway-table.tsx';
import { RefusalList } from '../refusal-list.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { StatusState } from '../status-state.tsx';
import { AgentFacts } from './agent-facts.tsx';
import { DeviceTable } from './device-table.tsx';
import { FedPoints } from './fed-points.tsx';
import { GatewayConfig } from './gateway-config.tsx';

/** One gateway from near: is it heard, do its devices and points answer, what runs on it. */
export const GatewayPlace = () => {
  const { gatewayId = '' } = useParams({ strict: false });
  const words = useWords();
  const { organisationId } = useReader();
  const detail = useView<GatewayDetailView>(apiPaths.gateway(organisationId, gatewayId), { everyMs: calmMs });
  const view = detail.data;
  return (
    <div className="gateway">
      <Link className="gateway-back" to="/status">
        <IconArrowLeft size={16} aria-hidden="true" />
        {words.t('place.status')}
      </Link>
      <div className="place-head">
        <h1>{view?.name ?? words.t('status.gateways')}</h1>
        {view && <p className="soft">{view.siteName}</p>}
      </div>
      <ViewProblem view={detail} />
      {detail.isPending && <div className="skeleton status-skeleton" />}
      {view && (
        <div className="status">
          <Summary gateway={view} />
          {view.agent && (
            <section aria-labelledby="gateway-agent">
              <h2 id="gateway-agent">{words.t('gateway.agent')}</h2>
              <AgentFacts agent={view.agent} />
            </section>
          )}
          {view.agent && view.agent.devices.length > 0 && (
            <section aria-labelledby="gateway-devices">
              <h2 id="gateway-devices">{words.t('gateway.devices')}</h2>
              <DeviceTable devices={view.agent.devices} timeZone={view.timeZone} />
            </section>
          )}
          <section aria-labelledby="gateway-points">
            <h2 id="gateway-points">{words.t('gateway.points')}</h2>
            {view.points.length > 0 ? (
              <FedPoints points={view.points} timeZone={view.timeZone} />
            ) : (
              <p className="soft">{words.t('gateway.noPoints')}</p>
            )}
          </section>
          <Nodes gatewayId={gatewayId} timeZone={view.timeZone} />
          <Losses gateway={view} />
          <GatewayConfig gateway={view} />
        </div>
      )}
    </div>
  );
};

const Summary = ({ gateway }: { gateway: GatewayDetailView }) => {
  const words = useWords();
  const { lastSeenAt, timeZone, agent, config, certificate } = gateway;
  return (
    <div className="gateway-summary">
      <GatewayState gateway={gateway} />
      <p>
        {lastSeenAt
          ? words.t('gateway.heard', { at: momentText(words, lastSeenAt, timeZone) })
          : words.t('gateway.never')}{' '}
        {agent
          ? agent.running === null
            ? words.t('gateway.runsFile')
            : words.t('gateway.runs', { revision: agent.running })
          : lastSeenAt === null && config === null
            ? ''
            : words.t('gateway.silent')}
      </p>
      {certificate && (
        <p className="soft">
          {words.t('gateway.certificate', {
            at: words.date(Date.parse(certificate.expiresAt), timeZone),
            serial: certificate.serial,
          })}
        </p>
      )}
      {lastSeenAt && <ZoneNote atMs={Date.parse(lastSeenAt)} timeZone={timeZone} />}
      <Link to="/set-up/$kind/$id" params={{ kind: 'gateways', id: gateway.gatewayId }}>
        {words.t('gateway.edit')}
      </Link>
    </div>
  );
};

/** Edge nodes of other makers behind the gateway; nothing where there are none. */
const Nodes = ({ gatewayId, timeZone }: { gatewayId: string; timeZone: string }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const nodes = useView<EdgeNodeView[]>(apiPaths.edgeNodes(organisationId, gatewayId), { everyMs: calmMs });
  if (nodes.error) return <ViewProblem view={nodes} />;
  if (!nodes.data || nodes.data.length === 0) return null;
  return (
    <section aria-labelledby="gateway-nodes">
      <h2 id="gateway-nodes">{words.t('gateway.nodes')}</h2>
      <ul className="gateway-list">
        {nodes.data.map(({ group, node, isAlive, metrics, lastMessageAt }) => (
          <li key={`${group} ${node}`}>
            <StatusState
              state={isAlive ? 'good' : 'critical'}
              word={words.t(isAlive ? 'gateway.nodeAlive' : 'gateway.nodeDead')}
            />{' '}
            {`${group}/${node}`}
            <span className="small soft status-detail">
              {words.t('gateway.nodeOf', {
                metrics: metrics.length,
                unmapped: metrics.filter(({ isMapped }) => !isMapped).length,
                at: momentText(words, lastMessageAt, timeZone),
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** What was kept out of what it sent, and what it could not send. */
const Losses = ({ gateway: { refusals, gaps, timeZone } }: { gateway: GatewayDetailView }) => {
  const words = useWords();
  return (
    <>
      {refusals.length > 0 && (
        <section aria-labelledby="gateway-refused">
          <h2 id="gateway-refused">{words.t('gateway.refused')}</h2>
          <RefusalList refusals={refusals} timeZone={timeZone} />
        </section>
      )}
      {gaps.length > 0 && (
        <section aria-labelledby="gateway-gaps">
          <h2 id="gateway-gaps">{words.t('gateway.gaps')}</h2>
          <ul className="gateway-list">
            {gaps.map(({ reason, fromAt, toAt, samples }) => (
              <li key={`${fromAt} ${reason}`}>
                {words.t(samples === null ? 'gateway.gapOf' : 'gateway.gapSamplesOf', {
                  from: momentText(words, fromAt, timeZone),
                  to: momentText(words, toAt, timeZone),
                  reason: words.t(`gateway.gap.${reason}`),
                  count: samples ?? 0,
                })}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
