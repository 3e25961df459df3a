import { useWords } from '../parts/language.tsx';
import { problemText } from '../parts/problem-notice.tsx';
import type { Act } from './offline/acts.ts';
import { usePhone } from './offline/phone-provider.tsx';

/** What the service refused: why, and the technician's choice. `version` is of the visit as the service has it now. */
export const RefusedAct = ({ act, version }: { act: Act; version: number }) => {
  const words = useWords();
  const phone = usePhone();
  if (!act.refusal) return null;
  const { what, todo } = problemText(words, { problem: act.refusal, ambiguous: false });
  return (
    <section className="refused-act" role="alert">
      <h2>{words.t('phone.refused')}</h2>
      <p>
        {words.t(`phone.act.${act.kind}`)}: {what}
      </p>
      <p>{todo}</p>
      <button type="button" className="button" onClick={() => void phone.again(act, version)}>
        {words.t('phone.refused.again')}
      </button>
      <button type="button" className="button plain" onClick={() => void phone.discard(act)}>
        {words.t('phone.refused.discard')}
      </button>
    </section>
  );
};
