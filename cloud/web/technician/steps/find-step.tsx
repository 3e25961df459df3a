import { useWords } from '../../parts/language.tsx';
import { PastCases } from '../past-cases.tsx';
import { PhotoStrip } from '../photo-strip.tsx';
import { withVerdict } from '../visit-draft.ts';
import { MachineFacts } from '../visit-facts.tsx';
import type { StepProps } from './step-props.ts';

const verdicts = ['confirmed', 'otherFault', 'nothingFound', 'notInspected'] as const;

/** What did you find? The answer teaches the forecasts. */
export const FindStep = ({ visit, work, draft, change }: StepProps) => {
  const words = useWords();
  return (
    <>
      <MachineFacts visit={visit} />
      <PastCases visit={visit} />
      <fieldset className="step-fields">
        <legend>{words.t('report.found')}</legend>
        <div className="verdicts">
          {verdicts.map((verdict) => (
            <label key={verdict} className="verdict">
              <input
                type="radio"
                name="verdict"
                checked={draft.verdict === verdict}
                onChange={() => change(withVerdict(draft, verdict, visit))}
              />
              {words.t(`verdict.${verdict}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <PhotoStrip visit={visit} work={work} shown={{ step: 'find' }} />
      <label className="report-note">
        {words.t('report.note')}
        <textarea
          className="field"
          rows={3}
          maxLength={2000}
          value={draft.finding}
          onChange={(event) => change({ ...draft, finding: event.target.value })}
        />
      </label>
    </>
  );
};
