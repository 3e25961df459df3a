import './visit-steps.css';
import { stepStateOf, type WorkField, workOf } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { type VisitStep, visitSteps } from '@kuluma/shared/model/visit-work.ts';
import { IconCheck, IconCircle, IconPlayerPause } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { useFocusBack } from '../parts/use-focus-back.ts';
import { mapLink } from './map-link.ts';
import { usePhone } from './offline/phone-provider.tsx';
import { ParkStep } from './park-step.tsx';
import { statementsOf } from './statements.ts';
import { StepContent } from './steps/step-content.tsx';
import { reportOf, type VisitDraft, valuesOf } from './visit-draft.ts';

type Place = VisitStep | 'done';
const signs = { open: IconCircle, done: IconCheck, parked: IconPlayerPause } as const;

/** The visit as steps, one open at a time, with one large button that finishes it. */
export const VisitSteps = ({ visit, work }: { visit: VisitView; work: ReadonlyMap<string, WorkField> }) => {
  const words = useWords();
  const phone = usePhone();
  const [chosen, setChosen] = useState<Place | null>(null);
  const [draft, setDraft] = useState<VisitDraft>(() => phone.draftOf(visit, work));
  const next = visitSteps.find((step) => stepStateOf(work, step) === 'open') ?? 'done';
  const place = chosen ?? next;
  const heading = useFocusBack(place);
  const change = (to: VisitDraft) => {
    setDraft(to);
    phone.keepDraft(visit.visitId, to);
  };
  return (
    <>
      <ol className="steps">
        {[...visitSteps, 'done' as const].map((step, at) => {
          const state = step === 'done' ? 'open' : stepStateOf(work, step);
          const Sign = signs[state];
          const isOpen = step === place;
          const parked = step === 'done' ? undefined : workOf(work, `step ${step}`, 'step');
          return (
            <li key={step} className={isOpen ? 'step open' : 'step'} data-state={state}>
              <h2 ref={isOpen ? heading : undefined} tabIndex={-1}>
                <button type="button" aria-expanded={isOpen} onClick={() => setChosen(step)}>
                  <span className="step-sign">
                    <Sign size={20} aria-hidden="true" />
                  </span>
                  <span>
                    {words.t('step.title', { number: at + 1, name: words.t(`step.${step}`) })}
                    {state !== 'open' && (
                      <span className="step-state">
                        {parked?.state === 'parked'
                          ? words.t('step.parkedBecause', { reason: parked.reason })
                          : words.t('step.done')}
                      </span>
                    )}
                  </span>
                </button>
              </h2>
              {isOpen && (
                <div className="step-content">
                  <StepContent step={step} visit={visit} work={work} draft={draft} change={change} />
                  {step !== 'done' && (
                    <ParkStep key={step} step={step} visit={visit} work={work} onParked={() => setChosen(null)} />
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ol>
      <StepButton place={place} visit={visit} work={work} draft={draft} onDone={() => setChosen(null)} />
    </>
  );
};

/** The one large button. */
const StepButton = ({
  place,
  visit,
  work,
  draft,
  onDone,
}: {
  place: Place;
  visit: VisitView;
  work: ReadonlyMap<string, WorkField>;
  draft: VisitDraft;
  onDone: () => void;
}) => {
  const words = useWords();
  const phone = usePhone();
  const { site } = visit.machine;
  const isAtHome = place === 'travel' && visit.state === 'booked';
  const report = reportOf(draft, work, visit);
  const values = place === 'done' ? [] : valuesOf(place, draft, work, visit);
  const isBlocked = place === 'done' ? report === null : values.length === 0;
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    await finish().finally(() => setBusy(false));
  };
  const finish = async () => {
    if (place === 'done') {
      if (report) await phone.act(visit, 'done', report);
      return;
    }
    if (!(await phone.state(visit, statementsOf(work, values)))) return;
    // Work begins once it is safe; a phone that died in between tells it with the next step.
    if (place !== 'travel' && visit.state !== 'working') await phone.act(visit, 'working', { state: 'working' });
    onDone();
  };
  if (isAtHome) {
    const setOut = () => void phone.act(visit, 'onTheWay', { state: 'onTheWay' });
    return (
      <div className="thumb-bar">
        {site ? (
          // A window of its own: a page that is on its way to another address keeps nothing any more.
          <a
            className="button primary"
            href={mapLink(site.location, site.name, navigator.userAgent)}
            target="_blank"
            rel="noreferrer"
            onClick={setOut}
          >
            {words.t('phone.onTheWay')}
          </a>
        ) : (
          <button type="button" className="button primary" onClick={setOut}>
            {words.t('phone.onTheWay')}
          </button>
        )}
      </div>
    );
  }
  const missing = place === 'sign' ? 'sign.first' : place === 'do' ? 'check.first' : 'report.chooseFirst';
  const label = isBlocked ? missing : (`step.${place}.finish` as const);
  return (
    <div className="thumb-bar">
      <button type="button" className="button primary" disabled={isBlocked || isBusy} onClick={() => void press()}>
        {words.t(label)}
      </button>
    </div>
  );
};
