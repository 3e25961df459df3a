import './report-form.css';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { usePhone } from './offline/phone.tsx';
import {
  forgetDraft,
  freshDraft,
  type ReportDraft,
  reportOf,
  saveDraft,
  savedDraft,
  withVerdict,
} from './report-draft.ts';
import { Stepper } from './stepper.tsx';

const verdicts = ['confirmed', 'otherFault', 'nothingFound', 'notInspected'] as const;

/** What did you find? The answer teaches the forecasts. */
export const ReportForm = ({ visit, onCancel }: { visit: VisitView; onCancel: () => void }) => {
  const words = useWords();
  const fresh = freshDraft(visit);
  const [draft, setDraft] = useState<ReportDraft>(() => savedDraft(visit.visitId) ?? fresh);
  const phone = usePhone();
  const change = (next: ReportDraft) => {
    setDraft(next);
    saveDraft(visit.visitId, next);
  };
  const report = reportOf(draft, visit);
  return (
    <form
      className="report"
      onSubmit={(event) => {
        event.preventDefault();
        if (!report) return;
        void phone.act(visit, 'done', report).then((isKept) => isKept && forgetDraft(visit.visitId));
      }}
    >
      <fieldset>
        <legend>{words.t('report.found')}</legend>
        <div className="verdicts">
          {verdicts.map((verdict) => (
            <label key={verdict} className="verdict">
              <input
                type="radio"
                name="verdict"
                checked={draft.verdict === verdict}
                onChange={() => change(withVerdict(draft, verdict, fresh))}
              />
              {words.t(`verdict.${verdict}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <Stepper
        label={words.t('report.minutes')}
        value={draft.minutes}
        step={15}
        max={10_000}
        onChange={(minutes) => change({ ...draft, minutes })}
      />
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.componentReplaced}
          onChange={(event) => change({ ...draft, componentReplaced: event.target.checked })}
        />
        {words.t('report.replaced', { component: words.own(visit.componentName) })}
      </label>
      {visit.parts.length > 0 && (
        <fieldset>
          <legend>{words.t('report.parts')}</legend>
          {visit.parts.map((part) => (
            <Stepper
              key={part.partId}
              label={words.own(part.name)}
              value={draft.used[part.partId] ?? 0}
              step={1}
              max={99}
              onChange={(quantity) => change({ ...draft, used: { ...draft.used, [part.partId]: quantity } })}
            />
          ))}
        </fieldset>
      )}
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
      <button type="button" className="button plain" onClick={onCancel}>
        {words.t('report.later')}
      </button>
      <div className="thumb-bar">
        <button type="submit" className="button primary" disabled={!report}>
          {words.t(report ? 'report.send' : 'report.chooseFirst')}
        </button>
      </div>
    </form>
  );
};
