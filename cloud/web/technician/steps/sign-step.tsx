import { useWords } from '../../parts/language.tsx';
import { SignaturePad } from '../signature-pad.tsx';
import { Stepper } from '../stepper.tsx';
import type { StepProps } from './step-props.ts';

/** Time worked, and the owner's signature or the reason for none. */
export const SignStep = ({ draft, change }: StepProps) => {
  const words = useWords();
  const isUnsigned = draft.unsignedBecause !== null;
  return (
    <>
      <Stepper
        label={words.t('report.minutes')}
        value={draft.minutes}
        step={15}
        max={10_000}
        onChange={(minutes) => change({ ...draft, minutes })}
      />
      <fieldset className="step-fields">
        <legend>{words.t('sign.title')}</legend>
        <label className="switch">
          <input
            type="checkbox"
            checked={isUnsigned}
            onChange={(event) => change({ ...draft, unsignedBecause: event.target.checked ? '' : null })}
          />
          {words.t('sign.none')}
        </label>
      </fieldset>
      {isUnsigned ? (
        <label className="report-note">
          {words.t('sign.noneWhy')}
          <textarea
            className="field"
            rows={2}
            maxLength={500}
            value={draft.unsignedBecause ?? ''}
            onChange={(event) => change({ ...draft, unsignedBecause: event.target.value })}
          />
        </label>
      ) : (
        <>
          <label className="report-note">
            {words.t('sign.name')}
            <input
              className="field"
              autoComplete="off"
              maxLength={100}
              value={draft.signer}
              onChange={(event) => change({ ...draft, signer: event.target.value })}
            />
          </label>
          <SignaturePad strokes={draft.strokes} onChange={(strokes) => change({ ...draft, strokes })} />
        </>
      )}
    </>
  );
};
