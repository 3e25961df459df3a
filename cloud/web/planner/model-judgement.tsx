import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { ModelView, PilotView } from '@kuluma/shared/model/views/models.ts';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useCommand } from '../parts/use-command.ts';
import type { Words } from '../parts/words.ts';
import { ModelTable } from './model-table.tsx';
import { shareText } from './reliability-figures.tsx';

type Line = PilotView['lines'][number];

const wantedText = (words: Words, { criteria }: PilotView, { criterion }: Line): string => {
  if (criterion === 'coverage80') {
    const { low, high } = criteria.coverage80;
    return words.t('pilot.between', { low: words.percent(low), high: words.percent(high) });
  }
  const wanted = criteria[criterion];
  const isShare = criterion === 'alertPrecision' || criterion === 'alertRecall';
  return words.t('pilot.atLeast', { value: isShare ? words.percent(wanted) : words.number(wanted) });
};

const measuredText = (words: Words, { measured }: Line): string =>
  typeof measured === 'number' ? words.number(measured) : shareText(words, measured);

/** The criteria that were set before the shadow mode began, one by one. */
const PilotTable = ({ pilot }: { pilot: PilotView }) => {
  const words = useWords();
  return (
    <ModelTable
      headings={[
        { text: words.t('pilot.criterion') },
        { text: words.t('pilot.wanted') },
        { text: words.t('pilot.measured') },
        { text: words.t('pilot.met'), hidden: true },
      ]}
    >
      {pilot.lines.map((line) => (
        <tr key={line.criterion}>
          <td>{words.t(`pilot.${line.criterion}`)}</td>
          <td data-label={words.t('pilot.wanted')}>{wantedText(words, pilot, line)}</td>
          <td data-label={words.t('pilot.measured')}>{measuredText(words, line)}</td>
          <td>
            <span className={line.met ? 'model-met' : 'model-met no'}>
              {line.met ? <IconCheck size={16} aria-hidden="true" /> : <IconX size={16} aria-hidden="true" />}
              {words.t(line.met ? 'pilot.met' : 'pilot.notMet')}
            </span>
          </td>
        </tr>
      ))}
    </ModelTable>
  );
};

const judgementText = (words: Words, { judgement, shadow }: ModelView): string => {
  if (!judgement) return '';
  if (judgement.kind === 'pilot') return words.t(`model.pilot.${judgement.verdict}`);
  const { verdict, lives, machines, gain } = judgement;
  return words.t(`model.compare.${verdict}`, {
    version: shadow?.modelVersion ?? '',
    lives,
    machines,
    gain: words.percent(gain ?? 0),
  });
};

/** What can be said of the version in shadow mode, and the person's decision about it. */
export const ModelJudgement = ({ me, model }: { me: MeView; model: ModelView }) => {
  const words = useWords();
  const command = useCommand<ModelView, { forecastModelId: string; decision: 'putInService' | 'endShadow' }>();
  const { shadow, judgement } = model;
  if (!shadow || !judgement) return null;
  const proposed = judgement.verdict === 'better' || judgement.verdict === 'go';
  const decide = (decision: 'putInService' | 'endShadow') =>
    command.mutate({
      target: { path: apiPaths.decideModel(me.organisationId, model.machineModelId) },
      body: { forecastModelId: shadow.forecastModelId, decision },
    });
  return (
    <section aria-labelledby="model-candidate">
      <h2 id="model-candidate">{words.t('model.candidate')}</h2>
      <p>{judgementText(words, model)}</p>
      {judgement.kind === 'pilot' && <PilotTable pilot={judgement} />}
      {command.error && <ProblemNotice error={command.error} />}
      <p className="model-buttons">
        <button
          type="button"
          className={proposed ? 'button primary' : 'button'}
          disabled={command.isPending}
          onClick={() => decide('putInService')}
        >
          {words.t('model.putInService')}
        </button>
        <button type="button" className="button" disabled={command.isPending} onClick={() => decide('endShadow')}>
          {words.t('model.endShadow')}
        </button>
        <span className="small soft">{words.t('model.decideNote')}</span>
      </p>
    </section>
  );
};
