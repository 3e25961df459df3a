import { measuredText } from '@kuluma/shared/model/answered-checks.ts';
import { type CheckItem, isFailed } from '@kuluma/shared/model/checklists.ts';
import { checkFieldOf } from '@kuluma/shared/model/merged-work.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useId } from 'react';
import { useWords } from '../../parts/language.tsx';
import { PhotoStrip } from '../photo-strip.tsx';
import { answerOf, type CheckDraft, noCheck } from '../visit-draft.ts';
import type { StepProps } from './step-props.ts';

/** The questions that the company asks at such a machine. */
export const Checklists = ({ visit, work, draft, change }: StepProps) => {
  const words = useWords();
  return (visit.checklists ?? []).map(({ editionId, name, items }) => (
    <section key={editionId} className="checklist">
      <h3>{words.own(name)}</h3>
      {items.map((item, at) => {
        const place = { editionId, item: at };
        const field = checkFieldOf(place);
        return (
          <div key={field} className="check">
            <Question
              item={item}
              value={draft.checks[field] ?? noCheck}
              onChange={(next) => change({ ...draft, checks: { ...draft.checks, [field]: next } })}
            />
            {item.photo && (
              <>
                <p className="soft">{words.t('check.photo')}</p>
                <PhotoStrip
                  visit={visit}
                  work={work}
                  shown={{ step: 'do', check: place }}
                  title={words.own(item.label)}
                />
              </>
            )}
          </div>
        );
      })}
    </section>
  ));
};

const Question = ({
  item,
  value,
  onChange,
}: {
  item: CheckItem;
  value: CheckDraft;
  onChange: (value: CheckDraft) => void;
}) => {
  const words = useWords();
  const id = useId();
  const answer = answerOf(item, value.said);
  const failed = answer !== null && isFailed(item, answer);
  const say = (said: string) => onChange({ ...value, said });
  return (
    <>
      {item.kind === 'yesNo' ? (
        <fieldset className="step-fields">
          <legend>{words.own(item.label)}</legend>
          <div className="check-yes-no">
            {(['yes', 'no'] as const).map((said) => (
              <label key={said} className="verdict">
                <input type="radio" name={id} checked={value.said === said} onChange={() => say(said)} />
                {words.t(`phone.${said}`)}
              </label>
            ))}
          </div>
        </fieldset>
      ) : item.kind === 'value' ? (
        <label className="report-note">
          {words.own(item.label)}
          <span className="soft">{limitsText(words, item)}</span>
          <input
            className="field"
            inputMode="decimal"
            autoComplete="off"
            maxLength={20}
            value={value.said}
            onChange={({ target }) => say(target.value)}
          />
        </label>
      ) : (
        <label className="report-note">
          {words.own(item.label)}
          <textarea
            className="field"
            rows={2}
            maxLength={500}
            value={value.said}
            onChange={({ target }) => say(target.value)}
          />
        </label>
      )}
      {item.kind === 'value' && value.said.trim() !== '' && answer === null && (
        <p role="alert">{words.t('check.noNumber')}</p>
      )}
      {failed && (
        <>
          <p className="check-failed" role="status">
            <IconAlertTriangle size={20} aria-hidden="true" />
            {words.t('check.failed')}
          </p>
          <label className="report-note">
            {words.t('check.note')}
            <textarea
              className="field"
              rows={2}
              maxLength={500}
              value={value.note}
              onChange={({ target }) => onChange({ ...value, note: target.value })}
            />
          </label>
        </>
      )}
    </>
  );
};

/** What a value may be, in its unit. */
const limitsText = (words: ReturnType<typeof useWords>, { min, max, unit }: CheckItem): string => {
  const numbers = { min: measuredText(words, min ?? 0), max: measuredText(words, max ?? 0), unit };
  if (min !== null && max !== null) return words.t('check.between', numbers);
  if (min !== null) return words.t('check.atLeast', numbers);
  return max === null ? unit : words.t('check.atMost', numbers);
};
