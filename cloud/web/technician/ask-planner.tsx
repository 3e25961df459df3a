import { type WorkField, workOf } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { CodeField } from './code-field.tsx';
import { usePhone } from './offline/phone.tsx';
import { Stepper } from './stepper.tsx';
import { TextForm } from './text-form.tsx';
import { forgetDraft, freshDraft, savedDraft, unfinishedReportOf } from './visit-draft.ts';

const wishes = ['moreTime', 'partWanted', 'help', 'cannotFinish'] as const;
/** Of what the planner is told. */
const mostLetters = 500;
type Wish = (typeof wishes)[number];

/** What to do when it does not go as planned: more time, help, or the end of the visit. */
export const AskPlanner = ({ visit, work }: { visit: VisitView; work: ReadonlyMap<string, WorkField> }) => {
  const words = useWords();
  const phone = usePhone();
  const [wish, setWish] = useState<Wish | null>(null);
  const [minutes, setMinutes] = useState(30);
  const [part, setPart] = useState({ number: '', count: 1 });
  const close = () => setWish(null);
  const open = (one: Wish) => {
    setWish(one);
    // What was worked is never taken from the plan: it is what was stated, or is asked here.
    setPart({ number: '', count: 1 });
    setMinutes(one === 'cannotFinish' ? (workOf(work, 'minutes', 'minutes')?.minutes ?? 0) : 30);
  };
  const send = async (asked: Wish, text: string) => {
    if (asked === 'cannotFinish') {
      const draft = savedDraft(visit.visitId) ?? freshDraft(visit, work);
      const stopped = unfinishedReportOf(draft, work, visit, { minutes, unfinished: text });
      if (await phone.act(visit, 'done', stopped)) forgetDraft(visit.visitId);
      return;
    }
    const number = part.number.trim();
    const named = asked === 'partWanted' && number !== '' ? words.t('ask.partLine', { count: part.count, number }) : '';
    const said = [named, text]
      .filter((each) => each !== '')
      .join('. ')
      .slice(0, mostLetters);
    const body = asked === 'moreTime' ? { kind: asked, minutes, text } : { kind: asked, text: said };
    if (await phone.act(visit, 'ask', body)) close();
  };
  return (
    <section className="ask-planner">
      <h2>{words.t('ask.title')}</h2>
      {visit.followUps.map((one) => (
        <p key={`${one.kind} ${one.text}`} className="ask-state" role="status">
          {words.t(`ask.${one.kind}`)}
          {one.text && `: ${one.text}`} <strong>{words.t(`ask.state.${one.state}`)}</strong>
        </p>
      ))}
      {wish === null ? (
        wishes.map((one) => (
          <button key={one} type="button" className="button" onClick={() => open(one)}>
            {words.t(`ask.${one}`)}
          </button>
        ))
      ) : (
        <TextForm
          label={words.t(`ask.${wish}.why`)}
          send={words.t(`ask.${wish}.send`)}
          isOptional={wish === 'moreTime' || (wish === 'partWanted' && part.number.trim() !== '')}
          onSend={(text) => void send(wish, text)}
          onCancel={close}
        >
          <p>{words.t(`ask.${wish}.effect`)}</p>
          {wish === 'moreTime' && (
            <Stepper label={words.t('ask.minutes')} value={minutes} step={15} max={720} onChange={setMinutes} />
          )}
          {wish === 'partWanted' && (
            <>
              <CodeField
                label={words.t('ask.partNumber')}
                value={part.number}
                onChange={(number) => setPart({ ...part, number })}
              />
              <Stepper
                label={words.t('ask.partCount')}
                value={part.count}
                step={1}
                max={99}
                onChange={(count) => setPart({ ...part, count: Math.max(1, count) })}
              />
            </>
          )}
          {wish === 'cannotFinish' && (
            <Stepper label={words.t('report.minutes')} value={minutes} step={15} max={10_000} onChange={setMinutes} />
          )}
        </TextForm>
      )}
    </section>
  );
};
