import './component-table.css';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { ForecastView, MachineView } from '@kuluma/shared/model/views/machine.ts';
import { DriverList } from '../../parts/driver-list.tsx';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';
import { LifeBand } from '../../parts/life-band.tsx';
import { SimilarFailures } from '../similar-failures.tsx';

type Component = MachineView['components'][number];

/** Why the forecast is what it is: readings for a shorter and for a longer life, and past failures that looked alike. */
const Reasons = ({ forecast, timeZone }: { forecast: ForecastView; timeZone: string }) => {
  const words = useWords();
  if (!forecast.rulDays) return null;
  const calming = forecast.drivers.some(({ effect }) => effect === 'extends');
  return (
    <>
      <h3>{words.t('drivers.why')}</h3>
      <DriverList drivers={forecast.drivers} readings />
      {calming && (
        <>
          <h3>{words.t('drivers.against')}</h3>
          <DriverList drivers={forecast.drivers} readings effect="extends" />
        </>
      )}
      {forecast.healthGrade !== 'good' && <SimilarFailures failures={forecast.similarFailures} timeZone={timeZone} />}
    </>
  );
};

/** The components with grade and forecast; choosing one shows its forecast in the charts and its reasons below. */
export const ComponentTable = ({
  components,
  chosen,
  onChoose,
  timeZone,
}: {
  components: readonly Component[];
  chosen: Component | undefined;
  onChoose: (component: Component) => void;
  timeZone: string;
}) => {
  const words = useWords();
  const maxDays = Math.max(
    30,
    ...components.flatMap(({ forecast }) => (forecast?.rulDays ? [forecast.rulDays.p95] : [])),
  );
  const abstained = chosen?.forecast?.abstainReason;
  return (
    <section className="components" aria-label={words.t('machine.components')}>
      <ul>
        {components.map((component) => (
          <li key={component.componentId}>
            <button
              type="button"
              aria-pressed={component.componentId === chosen?.componentId}
              onClick={() => onChoose(component)}
            >
              <span className="component-name">{words.own(component.name)}</span>
              <HealthBadge grade={component.forecast?.healthGrade ?? 'unknown'} />
              <LifeBand rulDays={component.forecast?.rulDays ?? null} maxDays={maxDays} />
            </button>
          </li>
        ))}
      </ul>
      {chosen && (
        <div className="component-detail">
          <h2>{words.own(chosen.name)}</h2>
          <p className="soft small">
            {words.t('machine.installed', {
              day: words.day(Date.parse(chosen.installedAt), timeZone),
              mode: words.t(`failureMode.${chosen.failureModeCode}`),
            })}
          </p>
          {abstained && (
            <p>{words.coded('abstain', abstained, words.t('abstain.other', { code: readableName(abstained) }))}</p>
          )}
          {chosen.forecast && <Reasons forecast={chosen.forecast} timeZone={timeZone} />}
          {chosen.forecast && chosen.forecast.failureProbability.length > 0 && (
            <>
              <p className="small soft">{words.t('machine.failureWithin')}</p>
              <dl className="horizons">
                {chosen.forecast.failureProbability.map((horizon) => (
                  <div key={horizon.horizonDays}>
                    <dt className="small soft">{words.t('chart.days', { days: horizon.horizonDays })}</dt>
                    <dd>{words.percent(horizon.value)}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </div>
      )}
    </section>
  );
};
