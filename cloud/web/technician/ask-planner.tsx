import { type WorkField, workOf } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { AskPart } from './ask-part.tsx';
import { AskedParts } from './asked-parts.tsx';
import { usePhone } from './offline/phone-provider.tsx';
import { Stepper } from './stepper.tsx';
import { TextForm } from './text-form.tsx';
import { unfinishedReportOf } from './visit-draft.ts';

const wishes = ['moreTime', 'partWanted', 'help', 'cannotFinish'] as const;
type Wish = (typeof wishes)[number];

/** What to do when it does not go as planned: more time, help, or the end of the visit. */
export const AskPlanner = ({ visit, work }: { visit: VisitView; work: ReadonlyMap<string, WorkField> }) => {
  const words = useWords();
  const phone = usePhone();
  const [wish, setWish] = useState<Wish | null>(null);
  const [minutes, setMinutes] = useState(30);
  const close = () => setWish(null);
  const open = (one: Wish) => {
    setWish(one);
    // What was worked is never taken from the plan: it is what was stated, or is asked here.
    setMinutes(one === 'cannotFinish' ? (workOf(work, 'minutes', 'minutes')?.minutes ?? 0) : 30);
  };
  const send = async (asked: Wish, text: string) => {
    if (asked === 'cannotFinish') {
      const stopped = unfinishedReportOf(phone.draftOf(visit, work), work, visit, { minutes, unfinished: text });
      await phone.act(visit, 'done', stopped);
      return;
    }
    const body = asked === 'moreTime' ? { kind: asked, minutes, text } : { kind: asked, text };
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
      <AskedParts parts={visit.askedParts ?? []} />
      {wish === 'partWanted' && <AskPart visit={visit} onClose={close} />}
      {wish === null &&
        wishes.map((one) => (
          <button key={one} type="button" className="button" onClick={() => open(one)}>
            {words.t(`ask.${one}`)}
          </button>
        ))}
      {wish !== null && wish !== 'partWanted' && (
        <TextForm
          label={words.t(`ask.${wish}.why`)}
          send={words.t(`ask.${wish}.send`)}
          isOptional={wish === 'moreTime'}
          onSend={(text) => void send(wish, text)}
          onCancel={close}
        >
          <p>{words.t(`ask.${wish}.effect`)}</p>
          {wish === 'moreTime' && (
            <Stepper label={words.t('ask.minutes')} value={minutes} step={15} max={720} onChange={setMinutes} />
          )}
          {wish === 'cannotFinish' && (
            <Stepper label={words.t('report.minutes')} value={minutes} step={15} max={10_000} onChange={setMinutes} />
          )}
        </TextForm>
      )}
    </section>
  );
};
