import './models-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ModelRow } from '@kuluma/shared/model/views/models.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../parts/language.tsx';
import { calmMs, useView } from '../parts/queries.ts';
import { useReader } from '../parts/signed-in.tsx';
import { ViewProblem } from './shell/view-problem.tsx';

/** What is asked of a person, in a sentence; nothing where all is well. */
const AskedFor = ({ row }: { row: ModelRow }) => {
  const words = useWords();
  return (
    <>
      {row.retrain && <span>{words.t(`models.retrain.${row.retrain}`)}</span>}
      {row.waiting > 0 && <span>{words.t('models.waiting', { count: row.waiting })}</span>}
    </>
  );
};

/** The forecast models of the company: which version is acted on, and which is being tried. */
export const ModelsPlace = () => {
  const me = useReader();
  const words = useWords();
  const models = useView<ModelRow[]>(apiPaths.models(me.organisationId), { everyMs: calmMs });
  const rows = models.data ?? [];
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.models')}</h1>
        {rows.length > 0 && <p className="soft">{words.t('models.summary', { count: rows.length })}</p>}
      </div>
      <ViewProblem view={models} />
      {models.isPending && <div className="skeleton models-skeleton" />}
      {models.data?.length === 0 && <p>{words.t('models.empty')}</p>}
      <ul className="models">
        {rows.map((row) => (
          <li key={row.machineModelId}>
            <Link to="/models/$machineModelId" params={{ machineModelId: row.machineModelId }}>
              {words.own(row.name)}
            </Link>
            <span className="soft">{words.t('models.machines', { count: row.machines })}</span>
            <span>
              {row.present ? `${words.t('models.present')}: ${row.present.modelVersion}` : words.t('models.noPresent')}
            </span>
            <span>{row.shadow && `${words.t('models.shadow')}: ${row.shadow.modelVersion}`}</span>
            <span className="model-asked">
              <AskedFor row={row} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
};
