import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import { incidentSentence } from '../incident/incident-sentence.ts';

/** What concerns many machines at once: an incident with one decision, a gateway that is silent. Nothing where nothing does. */
export const WideMatters = ({
  view: { incidents, silentGateways },
  timeZone,
}: {
  view: Pick<TodayView, 'incidents' | 'silentGateways'>;
  timeZone: string;
}) => {
  const words = useWords();
  if (incidents.length + silentGateways.length === 0) return null;
  return (
    <section className="today-list wide-matters" aria-labelledby="today-wide">
      <h2 id="today-wide">
        <span className="today-count">{words.number(incidents.length + silentGateways.length)}</span>{' '}
        {words.t('today.wide')}
      </h2>
      <ul>
        {incidents.map((incident) => (
          <li key={incident.incidentId}>
            <Link to="/incidents/$incidentId" params={{ incidentId: incident.incidentId }}>
              <span className="today-sentence">{incidentSentence(words, incident)}</span>
              <span className="small soft">
                {words.t(`failureMode.${incident.failureModeCode}`)} · {words.t('incident.one')}
              </span>
            </Link>
          </li>
        ))}
        {silentGateways.map(({ gatewayId, name, siteName, machines, lastSeenAt }) => (
          <li key={gatewayId}>
            <Link to="/gateways/$gatewayId" params={{ gatewayId }}>
              <span className="today-sentence">{words.t('today.silent', { name, machines })}</span>
              <span className="small soft">
                {siteName}
                {lastSeenAt && ` · ${words.t('today.silentSince', { at: momentText(words, lastSeenAt, timeZone) })}`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
};
