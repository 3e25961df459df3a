import './set-up-overview.css';
import './set-up.css';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { MissingCode } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpOverview } from '@kuluma/shared/model/views/set-up.ts';
import { IconAlertCircle, IconCircleCheck, IconFileImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';

/** What a gap keeps from happening, in the order in which it matters. */
const effects: readonly {
  readonly effect: 'forecast' | 'plan' | 'people' | 'learn';
  readonly codes: readonly MissingCode[];
}[] = [
  {
    effect: 'forecast',
    codes: ['noPoints', 'noGateway', 'noSamples', 'noForecastModel', 'noComponents', 'neverHeard'],
  },
  {
    effect: 'plan',
    codes: ['noSite', 'noPartsList', 'noSkills', 'noHours', 'certificateExpired', 'noPrice', 'noStock'],
  },
  {
    effect: 'people',
    codes: ['noOwner', 'noOwnerContact', 'noContact', 'noLegalBasis', 'noAddress'],
  },
  { effect: 'learn', codes: ['noFleetTraining'] },
];

/** What the company is set up of, and what is missing for its machines to be forecast and serviced. */
export const SetUpPlace = () => {
  const words = useWords();
  const { organisationId } = useReader();
  const overview = useView<SetUpOverview>(setUpPaths.overview(organisationId));
  const view = overview.data;
  return (
    <div className="set-up">
      <div className="place-head set-up-head">
        <h1>{words.t('place.setUp')}</h1>
        <Link className="button" to="/set-up/import">
          <IconFileImport size={18} aria-hidden="true" />
          {words.t('setUp.import')}
        </Link>
      </div>
      <ViewProblem view={overview} />
      {overview.isPending && <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />}
      {view && (
        <div className="set-up-overview">
          <section aria-labelledby="set-up-missing">
            <h2 id="set-up-missing">{words.t('setUp.missing')}</h2>
            <Missing missing={view.missing} />
          </section>
          <section aria-labelledby="set-up-kinds">
            <h2 id="set-up-kinds">{words.t('setUp.there')}</h2>
            <ul className="set-up-kinds">
              <li>
                <Link to="/set-up/company">{words.t('setUp.company')}</Link>
              </li>
              {view.kinds
                .filter(({ kind }) => kind !== 'points')
                .map(({ kind, count }) => (
                  <li key={kind}>
                    <Link to="/set-up/$kind" params={{ kind }}>
                      {words.t(`setUp.kind.${kind}`)}
                    </Link>
                    <span className="number set-up-count">{words.number(count)}</span>
                  </li>
                ))}
              <li>
                <Link to="/set-up/prices">{words.t('setUp.prices')}</Link>
              </li>
              <li>
                <Link to="/contracts">{words.t('contracts.title')}</Link>
              </li>
              <li>
                <Link to="/models">{words.t('place.models')}</Link>
              </li>
              <li>
                <Link to="/status">{words.t('setUp.diagnostics')}</Link>
              </li>
            </ul>
          </section>
        </div>
      )}
    </div>
  );
};

const Missing = ({ missing }: { missing: SetUpOverview['missing'] }) => {
  const words = useWords();
  if (missing.length === 0)
    return (
      <p className="set-up-all-there">
        <IconCircleCheck size={18} aria-hidden="true" />
        {words.t('setUp.missing.none')}
      </p>
    );
  return effects.map(({ effect, codes }) => {
    const found = missing.filter(({ code }) => codes.includes(code));
    if (found.length === 0) return null;
    return (
      <div key={effect} className="set-up-effect">
        <h3>{words.t(`setUp.effect.${effect}`)}</h3>
        <ul>
          {found.map(({ kind, code, count }) => (
            <li key={`${kind} ${code}`}>
              <IconAlertCircle size={18} aria-hidden="true" />
              <Link to="/set-up/$kind/lacks/$code" params={{ kind, code }}>
                {words.t('setUp.missing.one', {
                  kind: words.t(`setUp.kind.${kind}`),
                  lacks: midSentence(words.t(`setUp.lacks.${code}`)),
                })}
              </Link>
              <span className="number set-up-count">{words.number(count)}</span>
            </li>
          ))}
        </ul>
      </div>
    );
  });
};
