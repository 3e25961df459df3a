import './step-form.css';
import { answersOf } from '@kuluma/shared/model/answered-checks.ts';
import { stepStateOf, workOf } from '@kuluma/shared/model/merged-work.ts';
import { type VisitStep, visitSteps } from '@kuluma/shared/model/visit-work.ts';
import { useWords } from '../../parts/language.tsx';
import { PhotoStrip } from '../photo-strip.tsx';
import { asStated, partIdsOf } from '../visit-draft.ts';
import { MachineFacts, PartFacts, SiteFacts } from '../visit-facts.tsx';
import { Checklists } from './checklists.tsx';
import { FindStep } from './find-step.tsx';
import { MachineCheck } from './machine-check.tsx';
import { PartsStep, usePartNames } from './parts-step.tsx';
import { SignStep } from './sign-step.tsx';
import type { StepProps } from './step-props.ts';

/** What a step asks of the technician. */
export const StepContent = ({ step, ...props }: StepProps & { step: VisitStep | 'done' }) => {
  const { visit } = props;
  switch (step) {
    case 'travel':
      return (
        <>
          <SiteFacts visit={visit} />
          <MachineFacts visit={visit} />
          <PartFacts visit={visit} />
        </>
      );
    case 'safety':
      return <SafetyStep visit={visit} />;
    case 'find':
      return <FindStep {...props} />;
    case 'do':
      return <DoStep {...props} />;
    case 'parts':
      return <PartsStep {...props} />;
    case 'sign':
      return <SignStep {...props} />;
    case 'done':
      return <DoneStep {...props} />;
  }
};

const SafetyStep = ({ visit }: Pick<StepProps, 'visit'>) => {
  const words = useWords();
  return (
    <>
      <MachineCheck machine={visit.machine} />
      <p>{words.t('safety.ask')}</p>
    </>
  );
};

const DoStep = ({ visit, work, draft, change }: StepProps) => {
  const words = useWords();
  return (
    <>
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.componentReplaced}
          onChange={(event) => change({ ...draft, componentReplaced: event.target.checked })}
        />
        {words.t('report.replaced', { component: words.own(visit.componentName) })}
      </label>
      <Checklists visit={visit} work={work} draft={draft} change={change} />
      {/* Beside the photos of questions these are the work's own. */}
      <h3>{words.t('photo.title')}</h3>
      <PhotoStrip visit={visit} work={work} shown={{ step: 'do' }} />
    </>
  );
};

/** What the report will say. */
const DoneStep = ({ visit, work, draft }: StepProps) => {
  const words = useWords();
  const finding = workOf(work, 'finding', 'finding');
  const { minutes, used } = asStated(draft, work);
  const nameOf = usePartNames(visit);
  const failed = (visit.checklists ?? [])
    .flatMap((checklist) => answersOf(checklist, work))
    .flatMap(({ item, isFailed }) => (isFailed ? [words.own(item.label)] : []));
  const parked = visitSteps.filter((step) => stepStateOf(work, step) === 'parked');
  return (
    <>
      <dl className="step-summary">
        <dt>{words.t('report.found')}</dt>
        <dd>{finding ? words.t(`verdict.${finding.verdict}`) : words.t('report.chooseFirst')}</dd>
        <dt>{words.t('report.minutes')}</dt>
        <dd>{words.number(minutes)}</dd>
        <dt>{words.t('report.parts')}</dt>
        <dd>
          {partIdsOf({ used }, visit)
            .map((partId) => words.t('part.quantity', { quantity: used[partId] ?? 0, name: nameOf(partId) }))
            .join(', ') || words.t('part.none')}
        </dd>
      </dl>
      {failed.length > 0 && <p className="step-parked">{words.t('check.failedList', { items: failed.join(', ') })}</p>}
      {parked.length > 0 && (
        <p className="step-parked">
          {words.t('step.parkedLeft', { steps: parked.map((step) => words.t(`step.${step}`)).join(', ') })}
        </p>
      )}
    </>
  );
};
