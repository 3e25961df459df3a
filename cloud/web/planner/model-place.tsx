import './models-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { leftOutText } from '@kuluma/shared/model/left-out.ts';
import { releaseGate } from '@kuluma/shared/model/model-life.ts';
import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { ComponentReliabilityView, ModelView, VersionView } from '@kuluma/shared/model/views/models.ts';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useWords } from '../parts/language.tsx';
import { calmMs, useView } from '../parts/queries.ts';
import { useReader } from '../parts/signed-in.tsx';
import { useKeys } from '../parts/use-keys.ts';
import type { Words } from '../parts/words.ts';
import { ModelFit } from './model-fit.tsx';
import { ModelJudgement } from './model-judgement.tsx';
import { ModelTable } from './model-table.tsx';
import { shareText } from './reliability-figures.tsx';
import { ViewProblem } from './shell/view-problem.tsx';

const sentenceOf = (words: Words, { name, present, shadow }: ModelView, timeZone: string): string => {
  const version = present ?? shadow;
  return words.t(present ? 'model.sentence' : 'model.sentencePilot', {
    name: words.own(name),
    version: version?.modelVersion ?? '',
    day: version ? words.date(Date.parse(version.since), timeZone) : '',
  });
};

const Learnt = ({ training, timeZone }: { training: ModelView['training']; timeZone: string }) => {
  const words = useWords();
  if (!training) return <p className="soft">{words.t('model.noData')}</p>;
  const { machines, failures, fromAt, toAt, points } = training;
  return (
    <>
      <p>
        {words.t('model.dataText', { machines, failures })}{' '}
        {fromAt &&
          toAt &&
          words.t('model.dataDays', { days: words.dayRange(Date.parse(fromAt), Date.parse(toAt), timeZone) })}
      </p>
      <p>
        <span className="soft">{words.t('model.points')}: </span>
        {points.map(({ name }) => pointName(words, name)).join(', ')}
      </p>
    </>
  );
};

const Quality = ({ components }: { components: readonly ComponentReliabilityView[] }) => {
  const words = useWords();
  return (
    <ModelTable
      headings={[
        { text: words.t('model.component') },
        { text: words.t('model.release') },
        { text: words.t('reliability.recall') },
        { text: words.t('reliability.precision') },
        { text: words.t('reliability.coverage80') },
      ]}
    >
      {components.flatMap((component) =>
        (['heldOut', 'live'] as const).flatMap((source) => {
          const reliability = component[source];
          if (!reliability) return [];
          return [
            <tr key={`${component.componentCode}.${source}`}>
              <td>
                {words.own(component.name)}
                <br />
                <span className="small soft">{words.t(`reliability.${source}`)}</span>
              </td>
              <td data-label={words.t('model.release')}>{words.t(`release.${component.release}`)}</td>
              <td data-label={words.t('reliability.recall')}>{shareText(words, reliability.alertRecall)}</td>
              <td data-label={words.t('reliability.precision')}>{shareText(words, reliability.alertPrecision)}</td>
              <td data-label={words.t('reliability.coverage80')}>{shareText(words, reliability.coverage80)}</td>
            </tr>,
          ];
        }),
      )}
    </ModelTable>
  );
};

const Policy = ({ policy, timeZone }: { policy: ModelView['policy']; timeZone: string }) => {
  const words = useWords();
  const ahead = policy?.approvedAheadUntilAt;
  return (
    <ul>
      <li>
        {policy?.recommendationsPerWeek
          ? words.t('model.policyText', { count: policy.recommendationsPerWeek })
          : words.t('model.policyFree')}
      </li>
      <li>
        {policy && ahead
          ? words.t('model.policyAhead', { by: policy.by, day: words.date(Date.parse(ahead), timeZone) })
          : words.t('model.policyAsk')}
      </li>
    </ul>
  );
};

const Versions = ({ versions, timeZone }: { versions: readonly VersionView[]; timeZone: string }) => {
  const words = useWords();
  const date = (at: string) => words.date(Date.parse(at), timeZone);
  return (
    <ModelTable
      headings={[
        { text: words.t('model.version') },
        { text: words.t('model.trained') },
        { text: words.t('model.stage') },
        { text: words.t('model.since') },
        { text: words.t('model.by') },
      ]}
    >
      {versions.map((version) => (
        <tr key={version.forecastModelId}>
          <td>{version.modelVersion}</td>
          <td data-label={words.t('model.trained')}>{date(version.trainedAt)}</td>
          <td data-label={words.t('model.stage')}>{words.t(`model.stage.${version.stage}`)}</td>
          <td data-label={words.t('model.since')}>{date(version.since)}</td>
          <td data-label={words.t('model.by')}>
            {version.by ?? <span className="soft">{words.t('model.rule')}</span>}
          </td>
        </tr>
      ))}
    </ModelTable>
  );
};

const nameOf = (words: Words, { components }: ModelView, code: string): string => {
  const component = components.find(({ componentCode }) => componentCode === code);
  return component ? words.own(component.name) : code;
};

/** The card of a forecast model, for whoever answers for the service: what it does, on what data, how well, and where it ends. */
export const ModelPlace = () => {
  const me = useReader();
  const navigate = useNavigate();
  const { machineModelId } = useParams({ from: '/models/$machineModelId' });
  const words = useWords();
  const model = useView<ModelView>(apiPaths.model(me.organisationId, machineModelId), { everyMs: calmMs });
  useKeys([{ key: 'Escape', does: 'keys.backToModels', act: () => void navigate({ to: '/models' }) }]);
  const view = model.data;
  if (model.error && !view) return <ViewProblem view={model} />;
  if (!view) return <div className="skeleton models-skeleton" />;
  const leftOut = view.training?.leftOut ?? [];
  return (
    <>
      <p className="machine-back">
        <Link to="/models">
          <IconArrowLeft size={16} aria-hidden="true" />
          {words.t('model.back')}
        </Link>
      </p>
      <div className="model-place">
        <h1>{words.own(view.name)}</h1>
        <p className="model-sentence">{sentenceOf(words, view, me.timeZone)}</p>
        <ModelJudgement me={me} model={view} />
        <section aria-labelledby="model-what">
          <h2 id="model-what">{words.t('model.what')}</h2>
          <p>{words.t('model.whatText')}</p>
        </section>
        <section aria-labelledby="model-quality">
          <h2 id="model-quality">{words.t('model.quality')}</h2>
          <Quality components={view.components} />
          <p className="small soft">
            {words.t('model.gate', {
              target: words.percent(releaseGate.target),
              floor: words.percent(releaseGate.floor),
            })}{' '}
            {words.t('model.limitIntervals')}
          </p>
        </section>
        <ModelFit model={view} timeZone={me.timeZone} />
        <section aria-labelledby="model-data">
          <h2 id="model-data">{words.t('model.data')}</h2>
          <Learnt training={view.training} timeZone={me.timeZone} />
        </section>
        <section aria-labelledby="model-limits">
          <h2 id="model-limits">{words.t('model.limits')}</h2>
          <ul>
            <li>{words.t('model.limitData')}</li>
            <li>{words.t('model.limitPrevented')}</li>
          </ul>
          <h3>{words.t('model.leftOut')}</h3>
          {leftOut.length === 0 && <p>{words.t('model.leftOutNone')}</p>}
          <ul>
            {leftOut.map((one) => (
              <li key={`${one.component} ${leftOutText(words.language, one)}`}>
                {one.component !== undefined && `${nameOf(words, view, one.component)}: `}
                {leftOutText(words.language, one)}
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="model-policy">
          <h2 id="model-policy">{words.t('model.policy')}</h2>
          <Policy policy={view.policy} timeZone={me.timeZone} />
        </section>
        <section aria-labelledby="model-versions">
          <h2 id="model-versions">{words.t('model.versions')}</h2>
          <Versions versions={view.versions} timeZone={me.timeZone} />
        </section>
      </div>
    </>
  );
};
